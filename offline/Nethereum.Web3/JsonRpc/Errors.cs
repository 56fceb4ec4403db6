using System.Text.Json;

namespace Nethereum.JsonRpc.Client;

/// <summary>The error object of a JSON-RPC answer.</summary>
public class RpcError
{
    /// <summary>Made from an answer.</summary>
    public RpcError(int code, string message, object? data = null)
    {
        Code = code;
        Message = message;
        Data = data;
    }

    /// <summary>The node's code, such as 3 for a revert.</summary>
    public int Code { get; }

    /// <summary>The node's words, and the method called.</summary>
    public string Message { get; }

    /// <summary>What the node adds: for a revert, what the contract returned.</summary>
    public object? Data { get; }

    /// <summary>The data as text; null if there is none.</summary>
    public string? GetDataAsString() => Data switch
    {
        JsonElement { ValueKind: JsonValueKind.Object } element when element.TryGetProperty("result", out var result) =>
            result.ToString(),
        JsonElement { ValueKind: JsonValueKind.Object } element when element.TryGetProperty("data", out var data) =>
            data.ToString(),
        _ => Data?.ToString(),
    };
}

/// <summary>The node answered with an error.</summary>
public class RpcResponseException : Exception
{
    /// <summary>Wraps the node's error.</summary>
    public RpcResponseException(RpcError rpcError) : base(rpcError.Message) => RpcError = rpcError;

    /// <summary>What the node said.</summary>
    public RpcError RpcError { get; }
}

/// <summary>The node did not answer in time.</summary>
public class RpcClientTimeoutException : Exception
{
    /// <summary>Wraps the HTTP client's exception.</summary>
    public RpcClientTimeoutException(string message, Exception innerException) : base(message, innerException)
    {
    }
}

/// <summary>The node could not be reached, or did not answer in JSON-RPC.</summary>
public class RpcClientUnknownException : Exception
{
    /// <summary>Wraps what went wrong.</summary>
    public RpcClientUnknownException(string message, Exception innerException) : base(message, innerException)
    {
    }
}
