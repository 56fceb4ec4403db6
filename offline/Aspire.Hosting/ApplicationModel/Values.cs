namespace Aspire.Hosting.ApplicationModel;

/// <summary>Who asks for a value.</summary>
public class ValueProviderContext
{
    /// <summary>The run.</summary>
    public DistributedApplicationExecutionContext? ExecutionContext { get; init; }

    /// <summary>The resource that the value is for.</summary>
    public IResource? Caller { get; init; }

    /// <summary>The process whose own target ports are meant, where the caller has more than one.</summary>
    internal Orchestration.ResourceInstance? Instance { get; init; }

    /// <summary>True for a container: it reaches the host by another name than localhost.</summary>
    internal bool FromContainer { get; init; }
}

/// <summary>Something with a value, known at the latest when the application starts.</summary>
public interface IValueProvider
{
    /// <summary>Resolves the value.</summary>
    ValueTask<string?> GetValueAsync(CancellationToken cancellationToken = default);

    /// <summary>Resolves the value as <paramref name="context"/> sees it.</summary>
    ValueTask<string?> GetValueAsync(ValueProviderContext context, CancellationToken cancellationToken = default) =>
        GetValueAsync(cancellationToken);
}

/// <summary>Something with a name in a manifest.</summary>
public interface IManifestExpressionProvider
{
    /// <summary>The expression, for example <c>{db.connectionString}</c>.</summary>
    string ValueExpression { get; }
}

/// <summary>A value that can stand in an expression.</summary>
public interface IExpressionValue : IValueProvider, IManifestExpressionProvider;

/// <summary>A value made from others.</summary>
public interface IValueWithReferences
{
    /// <summary>The others.</summary>
    IEnumerable<object> References { get; }
}

/// <summary>An address on this machine; a container sees the machine under another name.</summary>
public record HostUrl(string Url) : IExpressionValue
{
    string IManifestExpressionProvider.ValueExpression => Url;

    ValueTask<string?> IValueProvider.GetValueAsync(CancellationToken cancellationToken) => new(Url);

    ValueTask<string?> IValueProvider.GetValueAsync(ValueProviderContext context, CancellationToken cancellationToken)
    {
        var url = new UriBuilder(Url);
        if (!context.FromContainer || url.Host is not ("localhost" or "127.0.0.1" or "[::1]"))
            return new(Url);
        url.Host = EndpointReferenceExpression.HostFromContainer;
        return new(url.Uri.ToString().TrimEnd('/'));
    }
}
