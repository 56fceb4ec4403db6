namespace Choir.Gateway.LoadTests;

/// <summary>Examples of the API's description.</summary>
internal static class LoadTestExamples
{
    public const string Result = """
        {
          "id": "0192f7a0-1b2c-7d3e-8f40-5a6b7c8d9e0f",
          "profile": "spike",
          "kind": "spike",
          "startedAt": "2026-11-24T08:00:00Z",
          "seconds": 60,
          "passed": true,
          "interrupted": false,
          "machine": { "cores": 2, "memoryBytes": 8589934592, "os": "Linux 6.12", "architecture": "X64", "dotNet": ".NET 10.0.0" },
          "figures": [
            { "name": "rate", "unit": "1/s", "higherIsBetter": true, "value": 48.2 },
            { "name": "conversation.p99", "unit": "s", "higherIsBetter": false, "value": 0.61 }
          ],
          "objectives": [ { "text": "conversation.p99 at most 1 s", "value": 0.61, "met": true } ],
          "notes": [ "After the spike it recovered within 4 s." ]
        }
        """;
}
