namespace Choir.LoadTest.Scenarios;

/// <summary>Reads what is stored and what the actors do: lists of threads, threads, cycles, actor types.</summary>
internal sealed class ReadScenario : IScenario
{
    private const int PreparedAtATime = 5;
    private const int Wait = 30;

    private readonly GatewayClient _gateway;
    private readonly int _threads;
    private readonly List<(string Thread, string Cycle)> _cycles = [];

    public ReadScenario(ScenarioSettings settings, GatewayClient gateway)
    {
        _gateway = gateway;
        _threads = settings.Whole("threads", 20, 1, 1_000);
    }

    public async Task PrepareAsync(CancellationToken cancellationToken)
    {
        await Parallel.ForAsync(
            0,
            _threads,
            new ParallelOptions { MaxDegreeOfParallelism = PreparedAtATime, CancellationToken = cancellationToken },
            async (number, token) =>
            {
                var text = SampleTexts.Make(new Operation(0, number, 0), 80);
                var thread = await ConversationScenario.CreateThreadAsync(_gateway, token);
                var cycle = await ConversationScenario.CompleteInputAsync(_gateway, thread, text, Wait, token);
                lock (_cycles)
                {
                    _cycles.Add((thread, cycle));
                }
            });
    }

    public async Task RunAsync(Operation operation, CancellationToken cancellationToken)
    {
        var (thread, cycle) = _cycles[operation.Next(_cycles.Count)];
        thread = Uri.EscapeDataString(thread);
        var path = operation.Next(10) switch
        {
            < 3 => "/threads?limit=20",
            < 6 => $"/threads/{thread}",
            < 9 => $"/threads/{thread}/cycles/{Uri.EscapeDataString(cycle)}",
            _ => "/actors",
        };
        await _gateway.SendAsync(HttpMethod.Get, path, null, cancellationToken);
    }
}
