using Choir.Actors;

namespace Choir.Tests.Integration.Gateway;

/// <summary>Replaces the cluster, and records sent messages.</summary>
internal sealed class ScriptedActors : IActorClient
{
    private static readonly Func<ActorAddress, string, byte[], CancellationToken, Task<ActorReply>> Always =
        (_, _, _, _) => Task.FromResult(ActorReply.Of("REPLY"));

    public Func<ActorAddress, string, byte[], CancellationToken, Task<ActorReply>> Answer { get; set; } = Always;

    public List<(ActorAddress Target, string Type, byte[] Data)> Asked { get; } = [];

    /// <summary>The options of the asked messages.</summary>
    public List<SendOptions?> Options { get; } = [];

    public List<(ActorAddress Target, string Type, SendOptions? Options)> Told { get; } = [];

    public IReadOnlyCollection<string> ActorTypes => [];

    public void Replies(ActorReply reply) => Answer = (_, _, _, _) => Task.FromResult(reply);

    public Task<ActorReply> Ask(
        ActorAddress target, string type, byte[] data, SendOptions? options = null, CancellationToken cancellationToken = default)
    {
        lock (Asked)
        {
            Asked.Add((target, type, data));
            Options.Add(options);
        }

        return Answer(target, type, data, cancellationToken);
    }

    public void Tell(ActorAddress target, string type, byte[] data, SendOptions? options = null) =>
        Told.Add((target, type, options));

    /// <summary>Answers as at first, and forgets what was sent.</summary>
    public void Forget()
    {
        Answer = Always;
        Asked.Clear();
        Options.Clear();
        Told.Clear();
    }
}
