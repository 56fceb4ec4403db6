using System.Globalization;
using Choir.AppHost.Commands;

namespace Choir.AppHost.LoadTests;

/// <summary>A command for each profile: <c>dotnet aspire resource load-test spike</c>.</summary>
internal static class LoadTestCommands
{
    private const string DurationArgument = "duration";
    private const string RateArgument = "rate";
    private const string UsersArgument = "users";

    private const int MaxSeconds = 24 * 3600;
    private const double MaxRate = 100_000;
    private const int MaxUsers = 10_000;

    public static void WithLoadTestCommands(
        this IResourceBuilder<ProjectResource> test, LoadTestRuns runs, IResourceBuilder<ProjectResource> gateway)
    {
        Add("load", "Load test", "TopSpeed", 30, "Sends requests at a steady rate, and shows whether the objectives are met.");
        Add("stress", "Stress test", "ArrowTrendingLines", 60, "Raises the rate until the objectives are missed, and shows the highest rate that meets them.");
        Add("endurance", "Endurance test", "Timer", 60, "Sends requests at a steady rate, and shows whether memory, handles, threads or latency grow. Give it a long duration: 3600 s is an hour.");
        Add("spike", "Spike test", "Flash", 60, "Sends ten times as many requests for some seconds, and shows how long Choir takes to recover.");

        void Add(string profile, string displayName, string icon, int seconds, string description) =>
            test.WithCommand(new ChoirCommand
            {
                Name = profile,
                DisplayName = displayName,
                Description = description,
                Icon = icon,
                IsHighlighted = profile == LoadTestRequest.Default.Profile,
                StartsResource = true,
                // Each test has a limit of its own.
                Timeout = new LoadTestRequest(profile, MaxSeconds).Timeout,
                Progress = new CommandProgressOptions
                {
                    Title = displayName,
                    Message = $"The test is being built and run. Unless you chose another duration, it takes about {seconds + 15} s. The console log of {LoadTestResource.Name} shows rate, latency and errors.",
                },
                Arguments = ArgumentsOf(seconds),
                ValidateArguments = context =>
                {
                    foreach (var (argument, problem) in Problems(name => context.Inputs.GetString(name)))
                    {
                        context.AddValidationError(argument, problem);
                    }

                    return Task.CompletedTask;
                },
                Execute = (context, cancellation) =>
                    new LoadTestProcess(test.Resource, gateway, runs, context.Services).RunAsync(
                        Request(profile, seconds, name => context.Arguments.GetString(name)), cancellation),
            });
    }

    /// <summary>The test of a command with its arguments.</summary>
    /// <param name="profile">The profile.</param>
    /// <param name="seconds">The duration if none is given.</param>
    /// <param name="valueOf">The value of an argument.</param>
    /// <exception cref="CommandException">An argument is not valid.</exception>
    internal static LoadTestRequest Request(string profile, int seconds, Func<string, string?> valueOf)
    {
        // The command line does not validate arguments.
        if (Problems(valueOf).Select(problem => problem.Text).FirstOrDefault() is { } text)
        {
            throw new CommandException(text);
        }

        var (duration, rate, users) = (Number(valueOf(DurationArgument)), Number(valueOf(RateArgument)), Number(valueOf(UsersArgument)));
        return new LoadTestRequest(profile, (int)(duration ?? seconds), rate, (int?)users);
    }

    private static IReadOnlyList<InteractionInput> ArgumentsOf(int seconds) =>
    [
        new InteractionInput
        {
            Name = DurationArgument,
            Label = "Duration in seconds",
            Description = "The measured time. A warm-up of 5 s comes before it.",
            InputType = InputType.Number,
            Value = seconds.ToString(CultureInfo.InvariantCulture),
        },
        new InteractionInput
        {
            Name = RateArgument,
            Label = "Operations per second",
            Description = "At the begin; a stress test and a spike rise from it. Empty: the profile's.",
            InputType = InputType.Number,
        },
        new InteractionInput
        {
            Name = UsersArgument,
            Label = "Users",
            Description = "The most operations in flight at a time. Empty: the profile's.",
            InputType = InputType.Number,
        },
    ];

    private static IEnumerable<(string Argument, string Text)> Problems(Func<string, string?> valueOf)
    {
        if (!IsWithin(valueOf(DurationArgument), 5, MaxSeconds, isWhole: true))
        {
            yield return (DurationArgument, $"The duration must be a whole number of seconds from 5 to {MaxSeconds}.");
        }

        if (!IsWithin(valueOf(RateArgument), 0.01, MaxRate, isWhole: false))
        {
            yield return (RateArgument, $"The rate must be a number of operations per second from 0.01 to {MaxRate:0}.");
        }

        if (!IsWithin(valueOf(UsersArgument), 1, MaxUsers, isWhole: true))
        {
            yield return (UsersArgument, $"The users must be a whole number from 1 to {MaxUsers}.");
        }
    }

    private static bool IsWithin(string? text, double least, double most, bool isWhole) =>
        string.IsNullOrWhiteSpace(text)
        || (Number(text) is { } value && value >= least && value <= most && (!isWhole || double.IsInteger(value)));

    private static double? Number(string? text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value : null;
}
