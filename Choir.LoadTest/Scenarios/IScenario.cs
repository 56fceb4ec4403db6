namespace Choir.LoadTest.Scenarios;

/// <summary>What a user of a load test does: one operation after the other. It is used by all users at once.</summary>
public interface IScenario
{
    /// <summary>Makes what the operations need, before the warm-up. It is called once.</summary>
    /// <param name="cancellationToken">Ends it.</param>
    Task PrepareAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Runs one operation. It has succeeded if the task completes.</summary>
    /// <param name="operation">Who does it, and its source of random values.</param>
    /// <param name="cancellationToken">Ends it when it takes too long or when the test ends.</param>
    /// <exception cref="OperationFailedException">It failed. Any other exception is a failure too, counted by its type.</exception>
    Task RunAsync(Operation operation, CancellationToken cancellationToken);
}
