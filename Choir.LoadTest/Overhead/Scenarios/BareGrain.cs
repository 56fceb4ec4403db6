using Choir.Actors;
using Choir.Actors.Messaging;
using Orleans.Concurrency;
using Orleans.Metadata;

namespace Choir.LoadTest.Overhead.Scenarios;

/// <summary>A plain grain whose method has the signature of Choir's grain interface.</summary>
[Alias("Choir.LoadTest.IBareGrain")]
internal interface IBareGrain : IGrainWithStringKey
{
    [AlwaysInterleave, Alias("Deliver")]
    Task<ActorReply> DeliverAsync(ActorMessage message);
}

/// <inheritdoc cref="IBareGrain"/>
[GrainType(TypeName)]
internal sealed class BareGrain : Grain, IBareGrain
{
    public const string TypeName = "bare";

    private static readonly byte[] NoData = "null"u8.ToArray();

    /// <inheritdoc/>
    public Task<ActorReply> DeliverAsync(ActorMessage message) =>
        Task.FromResult(new ActorReply { Type = ActorReply.DefaultType, Data = NoData, MessageId = message.Id });
}

/// <summary>Sends to <see cref="BareGrain"/>: creates a message and looks the grain up for each call.</summary>
internal sealed class BareSender(IGrainFactory grains, GrainInterfaceTypeResolver interfaces, int actors) : IMessageSender
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(90);
    private static readonly ProcessClock Clock = new(TimeProvider.System);

    private readonly string[] _ids = Ids.Make(actors);
    private readonly GrainType _type = GrainType.Create(BareGrain.TypeName);
    private readonly GrainInterfaceType _interface = interfaces.GetGrainInterfaceType(typeof(IBareGrain));

    /// <inheritdoc/>
    public ValueTask<ActorReply> SendAsync(int actor) =>
        new(((IBareGrain)grains.GetGrain(GrainId.Create(_type, IdSpan.Create(_ids[actor])), _interface)).DeliverAsync(Stamp(Payload.Type)));

    /// <summary>A message with the data of every scenario.</summary>
    public static ActorMessage Stamp(string type) =>
        Clock.Stamp(type, Payload.Data, sender: default, Guid.Empty, Guid.Empty, trace: default, Deadline, expectsReply: true);
}

/// <summary>A call filter that does nothing.</summary>
internal sealed class NoopFilter : IIncomingGrainCallFilter, IOutgoingGrainCallFilter
{
    /// <inheritdoc/>
    public Task Invoke(IIncomingGrainCallContext context) => context.Invoke();

    /// <inheritdoc/>
    public Task Invoke(IOutgoingGrainCallContext context) => context.Invoke();
}

internal static class Ids
{
    public static string[] Make(int count) =>
        [.. Enumerable.Range(0, count).Select(index => $"actor-{index:000000}")];
}
