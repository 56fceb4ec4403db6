namespace Choir.Actors.Inspection;

/// <summary>
/// The names of fields by which suspended async methods are read. The first is of the .NET runtime, the others of the C# compiler; none
/// is documented, so <see cref="StackCheck"/> tries them before anything is read.
/// </summary>
/// <param name="Machine">The state machine in the object that a caller awaits.</param>
/// <param name="State">The state of a state machine: the number of the await at which it is suspended.</param>
/// <param name="Awaiter">How the names of the fields with awaiters begin.</param>
internal sealed record AsyncNames(string Machine = "StateMachine", string State = "<>1__state", string Awaiter = "<>u__");
