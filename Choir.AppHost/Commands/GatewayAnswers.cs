using Choir.Contracts.Threads;

namespace Choir.AppHost.Commands;

/// <summary>An input that the gateway accepted.</summary>
/// <param name="Accepted">The ids of the input.</param>
/// <param name="Cycle">The completed cycle; null if it is still running.</param>
internal sealed record SubmittedInput(InputAccepted Accepted, CycleView? Cycle);

/// <summary>The answer to <c>POST /threads</c>.</summary>
internal sealed record CreatedThread(string ThreadId);

/// <summary>The shown part of <c>GET /actors/stuck</c>.</summary>
internal sealed record StuckActors(
    double SlowAfterMs, IReadOnlyList<StuckHandler> Handlers, IReadOnlyList<WaitChain> Chains,
    IReadOnlyList<Deadlock> Deadlocks, bool IsCut, IReadOnlyList<Quarantine> Quarantines, IReadOnlyList<PossibleDeadlock>? PossibleDeadlocks, AnsweringHosts Hosts);

/// <summary>An actor or an actor type that an operator has taken out of service.</summary>
internal sealed record Quarantine(string Type, string? Id, string? MessageType, string Mode, string Reason, DateTimeOffset Until);

internal sealed record StuckHandler(
    string ActorType, string ActorId, string Host, string? MessageType, double ForMs, bool BlocksThread, string Reason,
    HandlerStack? Stack);

/// <summary>Where a handler stands.</summary>
internal sealed record HandlerStack(IReadOnlyList<AwaitFrame> Frames);

/// <summary>A method that awaits the next one, or what is awaited at the end.</summary>
internal sealed record AwaitFrame(string Kind, string Name, string? File, int? Line, string? MessageType);

/// <summary>A cycle of asks between actor types.</summary>
internal sealed record PossibleDeadlock(IReadOnlyList<AskStep> Steps);

/// <summary>That an actor type asks another one.</summary>
internal sealed record AskStep(string ActorType, string AskedType, IReadOnlyList<string> MessageTypes);

/// <summary>A chain of actors that wait for each other.</summary>
internal sealed record WaitChain(IReadOnlyList<string> Path, IReadOnlyList<string> MessageTypes, double ForMs, bool IsHeldUp);

/// <summary>A cycle of actors that wait for each other.</summary>
internal sealed record Deadlock(IReadOnlyList<string> Path, DateTimeOffset At, string MessageType, bool IsOver);

/// <summary>The shown part of <c>GET /flow</c>.</summary>
internal sealed record MessageFlow(double WindowSeconds, IReadOnlyList<FlowEdge> Edges, AnsweringHosts Hosts);

/// <summary>One type of message from one actor type to another.</summary>
internal sealed record FlowEdge(
    string SourceType, string ActorType, string MessageType, double MessagesPerSecond, double? P50Ms, double? P95Ms,
    double? P99Ms, long Messages, long Errors, double RejectedPerSecond = 0);

/// <summary>The shown part of <c>GET /dead-letters</c>.</summary>
internal sealed record DeadLetterPage(IReadOnlyList<DeadLetter> DeadLetters, string? Next);

internal sealed record DeadLetter(
    string Id, string ActorType, string ActorId, string Reason, string Detail, DateTimeOffset At, string MessageType,
    DateTimeOffset? ReplayedAt);

/// <summary>The hosts that answered and those that did not.</summary>
internal sealed record AnsweringHosts(IReadOnlyList<string> Answered, IReadOnlyList<string> Missing);

/// <summary>The answer of <c>POST /observatory/sign-in-links</c>.</summary>
internal sealed record SignInLink(string Path);
