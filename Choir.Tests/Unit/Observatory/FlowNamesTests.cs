using Choir.Observatory.Flow;

namespace Choir.Tests.Unit.Observatory;

public sealed class FlowNamesTests
{
    [Theory]
    [InlineData("LabPeer", "LabPeer")]
    [InlineData("UnderstandingPhaseActor", "Understanding|PhaseActor")]
    [InlineData("SUBMIT_TRANSACTION", "SUBMIT_|TRANSACTION")]
    [InlineData("withoutanycapitalletter", "withoutanycap|italletter")]
    [InlineData("PaymentAuthorizationActor", "Payment|Authorization|Actor")]
    [InlineData("AnActorWithAnUncommonlyLongName", "AnActorWithAn|Uncommonly|LongName")]
    [InlineData("AnActorWithAnUncommonlyLongNameThatIsNotShown", "AnActorWithAn|Uncommonly|LongNameThat…")]
    public void Names_are_divided_between_their_words(string name, string lines) => Assert.Equal(lines.Split('|'), FlowNames.Lines(name, 13, 3));

    [Fact]
    public void Every_actor_type_and_message_of_Choir_has_its_whole_name()
    {
        string[] names =
        [
            "ActionPhaseActor", "ExperiencePhaseActor", "IntentionPhaseActor", "ObservationPhaseActor", "UnderstandingPhaseActor", "YieldPhaseActor",
            "SUBMIT_TRANSACTION", "PROCESS_EXPERIENCE", "PROCESS_UNDERSTANDING", "PROCESS_OBSERVATION",
        ];

        Assert.All(names, name => Assert.Equal(name, string.Concat(FlowNames.OfNode(name, isDense: true))));
        Assert.All(names, name => Assert.Equal(name, string.Concat(FlowLabels.Lines(Link(name), isDense: true))));
    }

    [Theory]
    [InlineData(true, "ADD +2")]
    [InlineData(false, "ADD +2 more")]
    [InlineData(true, "SUBMIT_INPUT|+2", "SUBMIT_INPUT")]
    [InlineData(true, "SUBMIT_|TRANSACTION|+2", "SUBMIT_TRANSACTION")]
    [InlineData(false, "AUTHORIZE_PAYMENT_|OF_CUSTOM… +2 more", "AUTHORIZE_PAYMENT_OF_CUSTOMER")]
    public void The_number_of_other_messages_stands_beside_the_busiest(bool isDense, string lines, string busiest = "ADD") =>
        Assert.Equal(lines.Split('|'), FlowLabels.Lines(Link(busiest, "B", "C"), isDense));

    private static FlowLink Link(params string[] messages) => new("A", "B", [.. messages.Select(message => new FlowMessage("A", "B", message, 1, 0, null))]);
}
