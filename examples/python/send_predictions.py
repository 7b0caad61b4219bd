"""Sends predictions and an outcome to Candor and asks for a decision; only the standard library.

    CANDOR_URL=http://127.0.0.1:4319 CANDOR_KEY=... python3 send_predictions.py
"""

import json, os, urllib.request, uuid


def post(path, body):
    headers = {"Authorization": "Bearer " + os.environ["CANDOR_KEY"], "Content-Type": "application/json"}
    request = urllib.request.Request(os.environ["CANDOR_URL"] + path, json.dumps(body).encode(), headers)
    with urllib.request.urlopen(request, timeout=10) as reply:  # raises HTTPError when nothing was accepted
        return json.load(reply)


predictions = [
    {"id": str(uuid.uuid4()), "model": "fraud", "version": "7", "confidence": p, "segments": {"country": "DE"}}
    for p in (0.62, 0.93, 0.99)
]
print(post("/api/v1/predictions", predictions)["accepted"], "predictions are on disk")
print(post("/api/v1/outcomes", {"predictionId": predictions[0]["id"], "value": True})["accepted"], "outcome is on disk")
decision = post("/api/v1/decide", {"id": str(uuid.uuid4()), "model": "fraud", "version": "7", "score": 0.93})
print("decision:", decision["decision"], "because", decision["reason"])
