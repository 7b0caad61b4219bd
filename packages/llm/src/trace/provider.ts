/** Who answered, as far as the response tells. `openai-compatible`: OpenAI's shape from a server that does not say its name. */
export type Provider =
  | "openai"
  | "azure"
  | "openai-compatible"
  | "vllm"
  | "deepseek"
  | "xai"
  | "together"
  | "fireworks"
  | "gemini"
  | "ollama"
  | "llama.cpp"
  | "anthropic"
  | "bedrock"
  | "system-one";

/** The shape of the response: which reader understands it. */
export type WireFormat =
  /** `choices[].message`, logprobs in `choices[].logprobs.{content,refusal}`; also Fireworks' newer shape. */
  | "chat-completions"
  /** `choices[].text`, logprobs as parallel arrays; Fireworks' and Together's older shapes too. */
  | "completions"
  /** `output[].content[]` of OpenAI's Responses. */
  | "responses"
  /** Typed questions in, probabilities out: OpenAI's `/v1/decisions`. */
  | "decisions"
  /** Typed questions in, probabilities out: `/v1/systemone`. */
  | "system-one"
  /** Gemini and Vertex: `candidates[]`. */
  | "generate-content"
  /** Ollama's own `/api/chat` and `/api/generate`. */
  | "ollama"
  /** llama.cpp's own `/completion`. */
  | "llama.cpp"
  /** Anthropic's Messages. */
  | "messages"
  /** Bedrock's Converse. */
  | "converse";
