namespace Choir.Gateway.Threads;

internal static class ThreadExamples
{
    public const string Created = """
        {
          "threadId": "0192f7a0-1b2c-7d3e-8f40-5a6b7c8d9e0f",
          "correlationId": "0192f7a0-1b2d-7a01-b3c4-6d5e4f3a2b1c"
        }
        """;

    public const string Input = """{ "content": "Why do tides come twice a day?" }""";

    public const string Accepted = """
        {
          "threadId": "0192f7a0-1b2c-7d3e-8f40-5a6b7c8d9e0f",
          "cycleId": "0192f7a1-42aa-7c11-9d20-1f2e3d4c5b6a",
          "correlationId": "0192f7a1-42a9-7e3f-8a51-0c9d8e7f6a5b",
          "traceId": "4bf92f3577b34da6a3ce929d0e0e4736",
          "status": "running"
        }
        """;
}
