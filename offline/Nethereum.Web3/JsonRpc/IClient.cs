namespace Nethereum.JsonRpc.Client;

/// <summary>Calls a node's methods.</summary>
public interface IClient
{
    /// <summary>Calls one method.</summary>
    /// <exception cref="RpcResponseException">The node answered with an error.</exception>
    /// <exception cref="RpcClientTimeoutException">No answer in time.</exception>
    /// <exception cref="RpcClientUnknownException">The node could not be reached, or did not speak JSON-RPC.</exception>
    Task<T> SendRequestAsync<T>(string method, string? route = null, params object[] paramList);
}
