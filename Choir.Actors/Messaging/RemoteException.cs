using System.Data.Common;
using System.Runtime.ExceptionServices;
using Orleans;

namespace Choir.Actors;

/// <summary>
/// An exception of another process whose type cannot be sent between processes. Its message begins with the name of that type.
/// </summary>
[GenerateSerializer, Alias("Choir.Actors.RemoteException")]
public sealed class RemoteException : Exception
{
    private RemoteException(Exception original)
        : base($"{original.GetType().FullName}: {original.Message}", original.InnerException)
    {
        TypeName = original.GetType().FullName!;
        SqlState = (original as DbException)?.SqlState;
    }

    /// <summary>The full name of the original exception's type.</summary>
    [Id(0)]
    public string TypeName { get; private set; }

    /// <summary>The SQLSTATE of a database's error; null for any other exception.</summary>
    [Id(1)]
    public string? SqlState { get; private set; }

    internal static RemoteException Of(Exception original)
    {
        var remote = new RemoteException(original);
        return original.StackTrace is { } trace
            ? (RemoteException)ExceptionDispatchInfo.SetRemoteStackTrace(remote, trace)
            : remote;
    }
}
