using Choir.ActorHost.PostChain.Context;
using Choir.Contracts.Threads;

namespace Choir.ActorHost.PostChain.Model;

/// <summary>What a model is asked: the JSON document in the prompt's last message.</summary>
/// <param name="Phase">The phase that asks.</param>
/// <param name="Round">The rounds behind the cycle: 0 in the first.</param>
/// <param name="Content">The input in the Action phase's first round; its beginning otherwise.</param>
/// <param name="Context">The context's pieces.</param>
internal sealed record PhaseTask(Phase Phase, int Round, string Content, IReadOnlyList<ContextPiece> Context);

/// <summary>What a model answers, as a JSON document.</summary>
/// <param name="Output">What the phase says; in the Yield phase the answer, with sources named as <c>[1]</c>.</param>
/// <param name="Operations">What it does to the context.</param>
/// <param name="Again">In the Yield phase: whether another round could make the answer better.</param>
internal sealed record PhaseThought(string Output, IReadOnlyList<ContextOperation>? Operations = null, bool Again = false);
