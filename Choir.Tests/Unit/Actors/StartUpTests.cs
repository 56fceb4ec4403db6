using Choir.Actors;
using Choir.Actors.Hosting;
using Choir.Observability;
using Orleans.Concurrency;

namespace Choir.Tests.Unit.Actors;

public class StartUpTests
{
    [Fact]
    public void All_mistakes_of_an_actor_class_are_reported_together()
    {
        var problems = new List<string>();
        ActorType.Create(typeof(Wrong), new KindNumbers(new WindowClock(TimeProvider.System)), problems);

        Assert.Contains(problems, problem => problem.Contains("StatelessWorker", StringComparison.Ordinal));
        Assert.Contains(problems, problem => problem.Contains("reserved", StringComparison.Ordinal));
        Assert.Contains(problems, problem => problem.Contains("two handlers", StringComparison.Ordinal));
        Assert.Contains(problems, problem => problem.Contains(nameof(Wrong.NoContext), StringComparison.Ordinal));
        Assert.Contains(problems, problem => problem.Contains("upper snake case", StringComparison.Ordinal));
    }

    [Fact]
    public void Every_option_out_of_range_is_reported_with_its_value()
    {
        var options = new ActorOptions { MailboxCapacity = 0, AskTimeout = TimeSpan.FromSeconds(1), FailuresBeforeRestart = -1 };
        var result = new ActorOptions.Validator().Validate(null, options);

        Assert.True(result.Failed);
        Assert.Equal(3, result.Failures!.Count());
        Assert.Contains(result.Failures!, failure => failure.StartsWith("Actors:MailboxCapacity is 0; ", StringComparison.Ordinal));
        Assert.True(new ActorOptions.Validator().Validate(null, new ActorOptions()).Succeeded);
    }

    // Abstract, so that the hosts of other tests do not use it.
    [StatelessWorker]
    [Actor("stuck")]
    private abstract class Wrong : Actor
    {
        [Handles("TWICE")]
        public Task First(MessageContext context) => Task.CompletedTask;

        [Handles("TWICE")]
        public Task Second(MessageContext context) => Task.CompletedTask;

        [Handles("NO_CONTEXT")]
        public Task NoContext(string data) => Task.CompletedTask;

        [Handles("lowerCase")]
        public Task LowerCase(MessageContext context) => Task.CompletedTask;
    }
}
