using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Choir.AppHost;

/// <summary>
/// Ends the app host when the program that started it is gone, however that one ended: nobody would be left to press Ctrl-C.
/// </summary>
internal static class Starter
{
    /// <summary>
    /// Set to 1 by a starter that holds the other end of this process' standard input for as long as it lives, as
    /// <c>choir.cs</c> does. Without it the standard input is nobody's sign: a terminal's, or none at all.
    /// </summary>
    public const string Variable = "CHOIR_STOP_WITH_INPUT";

    /// <summary>Watches the starter, if it wants to be watched, from the application's start on.</summary>
    public static void Watch(IDistributedApplicationBuilder builder)
    {
        if (Environment.GetEnvironmentVariable(Variable) != "1") return;
        builder.Eventing.Subscribe<BeforeStartEvent>((start, _) =>
        {
            StopAtEndOf(Console.OpenStandardInput(), start.Services.GetRequiredService<IHostApplicationLifetime>());
            return Task.CompletedTask;
        });
    }

    /// <summary>Stops the application, as Ctrl-C would, when <paramref name="input"/> ends; what it says before is ignored.</summary>
    internal static void StopAtEndOf(Stream input, IHostApplicationLifetime application)
    {
        // A thread of its own: reading a standard input blocks, cannot be cancelled, and must not hold up the exit.
        new Thread(() =>
        {
            var ignored = new byte[64];
            while (input.Read(ignored) > 0)
            {
            }

            application.StopApplication();
        })
        { IsBackground = true, Name = nameof(Starter) }.Start();
    }
}
