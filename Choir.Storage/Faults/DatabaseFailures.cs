using Choir.Actors;

namespace Choir.Storage;

/// <summary>Tells the sender of a message that the database made its handler fail, and how.</summary>
internal sealed class DatabaseFailures(DatabasePools pools, RefusedStatements refused) : IFailureTranslator
{
    public ActorError? Translate(Exception exception)
    {
        if (exception is UnstorableStateException or UnstorableTextException)
        {
            return new ActorError(ErrorCodes.InvalidData, exception.Message);
        }

        if (DatabaseFault.Of(exception) is not { } fault)
        {
            return null;
        }

        pools.OnFault(fault);
        refused.OnFault(fault);
        return fault.Kind switch
        {
            DatabaseFaultKind.Conflict => new ActorError(
                DatabaseFault.ConflictCode, $"the database refused the change: {fault.Reason}. Try again."),
            DatabaseFaultKind.Defect => new ActorError(
                ErrorCodes.HandlerFailed, $"the database refused it: {fault.Reason}. The log of the actor's host says more."),
            _ => new ActorError(
                DatabaseFault.UnavailableCode, $"the database cannot be used now: {fault.Reason}. Try again later."),
        };
    }
}
