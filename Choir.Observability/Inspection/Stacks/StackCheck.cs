using System.Diagnostics.CodeAnalysis;

namespace Choir.Actors.Inspection;

/// <summary>Tries on methods of its own whether suspended async methods can be read in this runtime.</summary>
internal static class StackCheck
{
    /// <returns>Why not, as a sentence; null if they can be read.</returns>
    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "Whatever another runtime does, stacks are all that is lost.")]
    public static string? Problem(AsyncNames names)
    {
        var end = new TaskCompletionSource();
        try
        {
            var outer = OuterAsync(end.Task);
            var reader = new AsyncReader(names);
            if (reader.StepOf(outer) is { State: 1, Awaited: { } inner } first && AsyncNaming.MethodOf(first.Machine).EndsWith(nameof(OuterAsync), StringComparison.Ordinal)
                && reader.StepOf(inner) is { State: 0, Awaited: { } last } second && AsyncNaming.MethodOf(second.Machine).EndsWith(nameof(InnerAsync), StringComparison.Ordinal)
                && ReferenceEquals(last, end.Task))
            {
                return null;
            }
        }
        catch (Exception)
        {
            // The sentence below says it.
        }
        finally
        {
            end.SetResult();
        }

        return $"Stacks cannot be read: async methods are arranged differently in .NET {Environment.Version} than in the versions that Choir knows.";
    }

    private static async Task OuterAsync(Task end)
    {
        await Task.CompletedTask.ConfigureAwait(false);
        await InnerAsync(end).ConfigureAwait(false);
    }

    private static async ValueTask<int> InnerAsync(Task end)
    {
        await end.ConfigureAwait(false);
        return 0;
    }
}
