using System.Runtime.InteropServices;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Choir.AppHost;

/// <summary>
/// That somebody wants the app host to end: by Ctrl-C, by SIGTERM, or because the program that started it is gone, however
/// that one ended. It holds from the program's first line on, where a host takes signals only once it runs.
/// </summary>
internal sealed class Interruption : IDisposable
{
    /// <summary>
    /// Set to 1 by a starter that holds the other end of this process' standard input for as long as it lives, as
    /// <c>choir.cs</c> does. Without it the standard input is nobody's sign: a terminal's, or none at all.
    /// </summary>
    public const string Variable = "CHOIR_STOP_WITH_INPUT";

    /// <summary>What a shell says of a program that Ctrl-C has ended.</summary>
    public const int ExitCode = 130;

    private static readonly AsyncLocal<CancellationToken> Current = new();

    private readonly CancellationTokenSource interrupted = new();
    private readonly PosixSignalRegistration[] signals;

    public Interruption()
    {
        Current.Value = interrupted.Token;
        signals =
        [
            PosixSignalRegistration.Create(PosixSignal.SIGINT, Take),
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, Take),
        ];
        if (Environment.GetEnvironmentVariable(Variable) == "1") ComesWithEndOf(Console.OpenStandardInput());
    }

    /// <summary>Cancelled when the program that calls this is to end; none outside of one.</summary>
    public static CancellationToken Token => Current.Value;

    /// <summary>Stops the application as Ctrl-C does, at once if the interruption came before it started.</summary>
    public void Stops(IDistributedApplicationBuilder builder) =>
        builder.Eventing.Subscribe<BeforeStartEvent>((start, _) =>
        {
            interrupted.Token.Register(start.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication);
            return Task.CompletedTask;
        });

    /// <summary>Interrupts when <paramref name="input"/> ends; what it says before is ignored.</summary>
    internal void ComesWithEndOf(Stream input) =>
        // A thread of its own: reading a standard input blocks, cannot be cancelled, and must not hold up the exit.
        new Thread(() =>
        {
            var ignored = new byte[64];
            while (input.Read(ignored) > 0)
            {
            }

            interrupted.Cancel();
        })
        { IsBackground = true, Name = nameof(Interruption) }.Start();

    // Not disposed with this: a signal or the input's end may come at any time, and it holds no handle.
    public void Dispose()
    {
        foreach (var signal in signals) signal.Dispose();
        Current.Value = CancellationToken.None;
    }

    private void Take(PosixSignalContext signal)
    {
        signal.Cancel = true;
        interrupted.Cancel();
    }
}
