using Choir.LoadTest.Reports.Model;

namespace Choir.LoadTest.Engine;

/// <summary>Runs the companions of a test. What they cannot do is noted, and never fails the test.</summary>
internal sealed class Companions(IReadOnlyList<IRunCompanion> companions)
{
    private readonly List<string> _notes = [];
    private readonly List<IRunCompanion> _ended = [];
    private Task _begun = Task.CompletedTask;

    public IReadOnlyList<string> Status => [.. companions.Select(companion => companion.Status).OfType<string>()];

    public IReadOnlyList<string> Notes => _notes;

    public void Begin(CancellationToken cancellationToken) =>
        _begun = Task.WhenAll(companions.Select(companion => TryAsync(companion, () => companion.BeginAsync(cancellationToken))));

    public async Task EndAsync(double generatorCores, CancellationToken cancellationToken)
    {
        await _begun;
        await Task.WhenAll(companions.Select(async companion =>
        {
            if (await TryAsync(companion, () => companion.EndAsync(generatorCores, cancellationToken)))
            {
                lock (_ended)
                {
                    _ended.Add(companion);
                }
            }
        }));
    }

    public LoadReport AddTo(LoadReport report) => companions.Where(_ended.Contains).Aggregate(report, (current, companion) => companion.AddTo(current));

    private async Task<bool> TryAsync(IRunCompanion companion, Func<Task> action)
    {
        try
        {
            // On another thread: whatever it does must not delay the test.
            await Task.Run(action);
            return true;
        }
        catch (Exception failure)
        {
            lock (_notes)
            {
                _notes.Add(failure is OperationCanceledException
                    ? $"{companion.Name} did not end in time; its figures are missing."
                    : $"{companion.Name} failed, so its figures are missing: {failure.Message}");
            }

            return false;
        }
    }
}
