using Choir.ActorHost.PostChain.Context;
using Choir.Contracts.Threads;

namespace Choir.ActorHost.PostChain.Model;

/// <summary>The task for the model: the JSON document in the last message.</summary>
/// <param name="Phase">The phase.</param>
/// <param name="Round">The number of completed rounds: 0 in the first.</param>
/// <param name="Content">The input in the Action phase's first round; its beginning otherwise.</param>
/// <param name="Context">The context's pieces.</param>
internal sealed record PhaseTask(Phase Phase, int Round, string Content, IReadOnlyList<ContextPiece> Context);

/// <summary>The model's response, as a JSON document.</summary>
/// <param name="Output">The output text; in the Yield phase the answer, which cites sources as <c>[1]</c>.</param>
/// <param name="Operations">Changes to the context.</param>
/// <param name="Again">In the Yield phase: whether another round could improve the answer.</param>
internal sealed record PhaseResult(string Output, IReadOnlyList<ContextOperation>? Operations = null, bool Again = false);
