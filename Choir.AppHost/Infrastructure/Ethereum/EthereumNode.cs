namespace Choir.AppHost.Infrastructure.Ethereum;

/// <summary>The Ethereum node of the model.</summary>
/// <param name="Resource">The node's resource.</param>
/// <param name="Url">Its JSON-RPC address.</param>
internal sealed record EthereumNode(IResourceBuilder<IResource> Resource, ReferenceExpression Url);
