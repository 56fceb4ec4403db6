using System.Runtime.CompilerServices;
using Choir.Tests.Observability;
using Choir.Tests.Support;

namespace Choir.Tests.Unit.Actors.Inspection.Stacks;

/// <summary>Async methods that wait in many ways. A comment marks each line at which one is to stand.</summary>
internal static class StandingMethods
{
    private static string[]? _source;

    /// <summary>The line with the comment.</summary>
    public static int LineOf(string mark) => LineOf(_source ??= SourceOf(nameof(StandingMethods)), mark);

    /// <summary>The line of a source that ends with the comment.</summary>
    internal static int LineOf(string[] source, string mark) =>
        Array.FindIndex(source, line => line.EndsWith($"// stands {mark}", StringComparison.Ordinal)) + 1;

    // The path in the symbols is not that of the file where builds are deterministic.
    internal static string[] SourceOf(string name) =>
        File.ReadAllLines(Repository.At($"Choir.Tests/Unit/Actors/Inspection/Stacks/{name}.cs"));

    public static async Task OuterAsync(Task gate)
    {
        await Task.Yield();
        if (gate.IsFaulted)
        {
            await Task.CompletedTask;
        }

        var before = await Task.FromResult(1);
        await MiddleAsync<string>(gate, before); // stands outer
        await Task.Yield();
    }

    public static async Task<T?> MiddleAsync<T>(Task gate, int value)
    {
        try
        {
            await Task.CompletedTask;
        }
        finally
        {
            await new ValueTask<int>(PooledAsync(gate, value).AsTask()) // stands middle
                .ConfigureAwait(false);
        }

        return default;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public static async ValueTask<int> PooledAsync(Task gate, int value)
    {
        await gate.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); // stands pooled
        return value;
    }

    public static async Task AwaitPooledAsync(Task gate)
    {
        for (var i = 0; ; i++)
        {
            await PooledAsync(i < 3 ? Task.CompletedTask : gate, i); // stands await-pooled
        }
    }

    public static async Task LambdaAsync(Task gate)
    {
        var lambda = async () =>
        {
            await LocalAsync(); // stands lambda
        };
        await lambda();

        async Task LocalAsync()
        {
            await gate; // stands local
        }
    }

    public static async Task ReadAllAsync(Task gate)
    {
        await foreach (var number in NumbersAsync(gate)) // stands foreach
        {
            GC.KeepAlive(number);
        }
    }

    public static async IAsyncEnumerable<int> NumbersAsync(Task gate)
    {
        yield return 1;
        await Task.Yield();
        yield return 2;
        await gate; // stands iterator
        yield return 3;
    }

    public static async Task AwaitOwnAsync(Task gate)
    {
        await new OwnAwaitable(gate); // stands own
    }

    public static async Task AwaitAsync(Task inner)
    {
        await inner; // stands await
    }

    public static async Task DeepAsync(Task gate, int depth)
    {
        await (depth == 0 ? gate : DeepAsync(gate, depth - 1));
    }

    /// <summary>Awaits two methods in turn, very often.</summary>
    public static async Task RunAsync(CancellationToken token)
    {
        while (!token.IsCancellationRequested)
        {
            await OneAsync(); // stands one
            await OtherAsync(); // stands other
        }
    }

    private static async Task OneAsync() => await Task.Yield();

    private static async ValueTask OtherAsync() => await Task.Yield();

    /// <summary>An awaiter of an application.</summary>
    public readonly struct OwnAwaitable(Task gate)
    {
        public OwnAwaiter GetAwaiter() => new(gate.GetAwaiter().OnCompleted);
    }

    public readonly struct OwnAwaiter(Action<Action> register) : INotifyCompletion
    {
        public bool IsCompleted => false;

        public void OnCompleted(Action continuation) => register(continuation);

        public void GetResult()
        {
        }
    }

    /// <summary>A task whose every member that can be overridden fails.</summary>
    public sealed class HostileTask() : Task(() => { })
    {
        public override bool Equals(object? obj) => throw new InvalidOperationException("called");

        public override int GetHashCode() => throw new InvalidOperationException("called");

        public override string ToString() => throw new InvalidOperationException("called");
    }
}
