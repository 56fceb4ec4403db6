using Choir.Actors;
using Choir.Actors.Operations;

namespace Choir.Observatory.Live;

/// <summary>What can be done to Choir's actors. An application of ordinary grains only has neither.</summary>
/// <param name="Client">Sends messages to actors.</param>
/// <param name="Operations">Restarts actors and puts them in quarantine.</param>
internal sealed record ActorControls(IActorClient? Client, IActorOperations? Operations)
{
    /// <exception cref="ActorErrorException">The application has ordinary grains only.</exception>
    public IActorClient RequiredClient => Client ?? throw GrainsOnly();

    /// <exception cref="ActorErrorException">The application has ordinary grains only.</exception>
    public IActorOperations RequiredOperations => Operations ?? throw GrainsOnly();

    private static ActorErrorException GrainsOnly() => new(
        ErrorCodes.UnknownActorType, "This application has ordinary grains only: they are observed, but cannot be sent messages, restarted or put in quarantine from here.");
}
