using System.Text.Json;
using System.Text.Json.Nodes;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace Choir.Observatory.Assistants;

/// <summary>Answers parameters that cannot be read as what they are, an error of the caller. The protocol's library calls them an internal error.</summary>
internal static class ParameterFilter
{
    /// <summary>A filter of all messages.</summary>
    public static McpMessageHandler Checked(McpMessageHandler next) => async (context, cancellationToken) =>
    {
        if (context.JsonRpcMessage is not JsonRpcRequest request)
        {
            await next(context, cancellationToken);
            return;
        }

        if (request.Params is { } parameters && !HasOnlyTexts(parameters))
        {
            throw new McpProtocolException("A text in the parameters has half of a pair of surrogates.", McpErrorCode.InvalidParams);
        }

        try
        {
            await next(context, cancellationToken);
        }
        catch (JsonException)
        {
            // What a tool throws does not come here: it is the tool's answer.
            throw new McpProtocolException("The parameters are not those of the method.", McpErrorCode.InvalidParams);
        }
    };

    /// <summary>A filter of the lists of tools. The protocol's library answers a cursor with an empty list.</summary>
    public static McpRequestHandler<ListToolsRequestParams, ListToolsResult> WithoutCursor(McpRequestHandler<ListToolsRequestParams, ListToolsResult> next) =>
        (context, cancellationToken) => context.Params?.Cursor is null
            ? next(context, cancellationToken)
            : throw new McpProtocolException("The cursor is not known: all tools are in the first answer.", McpErrorCode.InvalidParams);

    private static bool HasOnlyTexts(JsonNode parameters)
    {
        try
        {
            JsonSerializer.SerializeToUtf8Bytes(parameters);
            return true;
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException or JsonException)
        {
            return false;
        }
    }
}
