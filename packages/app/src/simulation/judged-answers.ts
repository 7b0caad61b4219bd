/** A question with its source, an answer that the source bears out and one that it does not, and what a judge says of each. */
export interface JudgedCase {
  readonly question: string;
  readonly source: string;
  readonly grounded: string;
  readonly ungrounded: string;
  readonly because: { readonly grounded: string; readonly ungrounded: string };
}

/** What is asked about each topic of the demo's judge. */
export const judgedCases: Readonly<Record<string, readonly [JudgedCase, ...JudgedCase[]]>> = {
  billing: [
    {
      question: "When is my invoice due?",
      source: "Invoices are due 14 days after the date on them.",
      grounded: "Your invoice is due 14 days after its date.",
      ungrounded: "Your invoice is due at the end of the month.",
      because: {
        grounded: "Source 1 gives the same 14 days.",
        ungrounded: "Source 1 does not say what the answer says.",
      },
    },
    {
      question: "Can I pay by card?",
      source: "We accept bank transfer and direct debit.",
      grounded: "You can pay by bank transfer or direct debit.",
      ungrounded: "Yes, cards are accepted for every plan.",
      because: {
        grounded: "Both ways to pay stand in source 1.",
        ungrounded: "Source 1 does not mention this way to pay.",
      },
    },
  ],
  shipping: [
    {
      question: "How long does delivery take?",
      source: "Delivery within the EU takes 3 to 5 working days.",
      grounded: "Within the EU it takes 3 to 5 working days.",
      ungrounded: "Delivery takes two days anywhere in the world.",
      because: {
        grounded: "The answer repeats the days of source 1.",
        ungrounded: "The answer promises more than source 1.",
      },
    },
    {
      question: "Do you ship to Norway?",
      source: "We ship to all EU countries and to Switzerland.",
      grounded: "We ship to the EU and to Switzerland; Norway is not on the list.",
      ungrounded: "Yes, Norway is delivered at no extra cost.",
      because: {
        grounded: "Source 1 lists exactly these countries.",
        ungrounded: "Source 1 does not support this about Norway.",
      },
    },
  ],
  returns: [
    {
      question: "How long can I return a jacket?",
      source: "Clothes can be returned within 30 days if they were not worn.",
      grounded: "Within 30 days, if it was not worn.",
      ungrounded: "You have 90 days, worn or not.",
      because: {
        grounded: "Days and condition are those of source 1.",
        ungrounded: "The answer does not fit the days in source 1.",
      },
    },
  ],
  technical: [
    {
      question: "Why does the app stop after the update?",
      source: "Version 4.2 needs at least 2 GB of free memory; with less it closes.",
      grounded: "Version 4.2 closes where less than 2 GB of memory is free.",
      ungrounded: "The app stops because your account has expired.",
      because: {
        grounded: "Version and memory match source 1.",
        ungrounded: "Source 1 names another cause than the answer.",
      },
    },
  ],
};
