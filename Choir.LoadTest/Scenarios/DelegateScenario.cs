namespace Choir.LoadTest.Scenarios;

/// <summary>A scenario that calls a method.</summary>
internal sealed class DelegateScenario(Func<int, CancellationToken, Task> call) : IScenario
{
    public Task RunAsync(Operation operation, CancellationToken cancellationToken) => call(operation.User, cancellationToken);
}
