using Choir.Actors;
using Choir.LoadTest.Objectives;
using Choir.LoadTest.Objectives.Declaring;
using Choir.LoadTest.Objectives.Measuring;

namespace Choir.Tests.Unit.LoadTest.Objectives;

public class AssemblyObjectivesTests
{
    [Fact]
    public void The_attributes_of_actors_and_handlers_are_read_from_an_assembly()
    {
        DeclaredObjective[] expected =
        [
            new("promised", null, "99.9%", null, null),
            new("promised", "FIRST", "99%", "200ms", "97%"),
            new("promised", "SECOND", "99.5%", "1s", null),
        ];
        Assert.Equal(expected, AssemblyObjectives.Read(typeof(AssemblyObjectivesTests).Assembly.Location).OrderBy(one => one.MessageType, StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("/nowhere/at/all.dll")]
    [InlineData("/etc/passwd")]
    [InlineData("/dev/zero")]
    public void A_file_that_is_no_assembly_is_refused(string path) =>
        Assert.StartsWith($"The actors of {path} cannot be read: ", Assert.Throws<ObjectivesException>(() => AssemblyObjectives.Read(path)).Message, StringComparison.Ordinal);

    [Fact]
    public void An_attribute_is_an_objective_of_success_and_one_of_latency()
    {
        var objectives = new DeclaredObjective("ThreadActor", "SUBMIT_INPUT", "99.9%", "200ms", "99%").ToObjectives(["instance"]).ToList();
        Assert.Equal(["thread_actor_submit_input_success", "thread_actor_submit_input_latency"], objectives.Select(objective => objective.Name));
        Assert.Equal("ThreadActorSubmitInputLatencyFastBurn", objectives[1].FastAlert);
        Assert.Equal([0.999m, 0.99m], objectives.Select(objective => objective.Share));
        var failures = Assert.IsType<CountedFailures>(objectives[0].Indicator);

        // A refusal is not a failure, and is not one of the messages that might have succeeded.
        Assert.Equal("actor_messages_total{actor_type=\"ThreadActor\", message_type=\"SUBMIT_INPUT\", outcome=~\"ok|error|timeout\"}", failures.All.ToString());
        Assert.Equal("actor_messages_total{actor_type=\"ThreadActor\", message_type=\"SUBMIT_INPUT\", outcome=~\"error|timeout\"}", failures.Bad.ToString());
        Assert.Equal(
            "actor_message_processing_seconds_bucket{actor_type=\"ThreadActor\", message_type=\"SUBMIT_INPUT\", le=\"0.25\"}",
            Assert.IsType<SlowEvents>(objectives[1].Indicator).InTime.ToString());
        Assert.Equal("200 ms is no bucket of the histogram; the next one, 250 ms, is used", objectives[1].Note);
    }

    [Fact]
    public void Without_a_latency_there_is_one_objective() =>
        Assert.Equal("99.9 % of the messages of Tally succeed", Assert.Single(new DeclaredObjective("Tally", null, "99.9%", null, null).ToObjectives(["instance"])).Promise);

    [Theory]
    [InlineData("ThreadActor", "thread_actor")]
    [InlineData("HTTPServer2", "http_server2")]
    [InlineData("ein-Ü.name", "ein_name")]
    [InlineData("SUBMIT_INPUT", "submit_input")]
    [InlineData("7up", "actor_7_up")]
    [InlineData("Ω", "actor")]
    public void Names_of_series_are_made_of_names_of_actors(string name, string snake) => Assert.Equal(snake, DeclaredObjective.Snake(name));

    [Objective("99.9%")]
    private abstract class PromisedBase : Actor
    {
        [Handles("FIRST")]
        [Objective("99%", "200ms", LatencyShare = "97%")]
        public virtual Task First(MessageContext context) => Task.CompletedTask;

        [Handles("SECOND")]
        public virtual Task Second(MessageContext context) => Task.CompletedTask;
    }

    [Actor("promised")]
    private sealed class PromisedActor : PromisedBase
    {
        public override Task First(MessageContext context) => Task.CompletedTask;

        [Objective("99.5%", "1s")]
        public override Task Second(MessageContext context) => Task.CompletedTask;
    }
}
