using Orleans.Runtime;

namespace Choir.Tests.Unit.Observability.Support;

/// <summary>A grain whose key is an integer.</summary>
public interface INumbered : IGrainWithIntegerKey
{
    Task AskAsync(Guid document, string gate);

    Task RemindAsync(string name);
}

/// <inheritdoc cref="INumbered"/>
[GrainType("numbered")]
public sealed class NumberedGrain : Grain, INumbered, IRemindable
{
    public async Task AskAsync(Guid document, string gate) => await GrainFactory.GetGrain<IDocument>(document).WaitAsync(gate);

    public async Task RemindAsync(string name) => await this.RegisterOrUpdateReminder(name, TimeSpan.FromHours(1), TimeSpan.FromHours(1));

    public Task ReceiveReminder(string reminderName, TickStatus status) => Task.CompletedTask;
}

/// <summary>A grain whose key is a Guid.</summary>
public interface IDocument : IGrainWithGuidKey
{
    Task WaitAsync(string gate);
}

/// <inheritdoc cref="IDocument"/>
[GrainType("document")]
public sealed class DocumentGrain : Grain, IDocument
{
    public Task WaitAsync(string gate) => Gates.Of(gate);
}

/// <summary>A grain whose key is an integer with an extension.</summary>
public interface INumberedPart : IGrainWithIntegerCompoundKey
{
    Task TouchAsync();
}

/// <inheritdoc cref="INumberedPart"/>
[GrainType("numbered_part")]
public sealed class NumberedPartGrain : Grain, INumberedPart
{
    public Task TouchAsync() => Task.CompletedTask;
}

/// <summary>A grain whose key is a Guid with an extension.</summary>
public interface IDocumentPart : IGrainWithGuidCompoundKey
{
    Task TouchAsync();
}

/// <inheritdoc cref="IDocumentPart"/>
[GrainType("document_part")]
public sealed class DocumentPartGrain : Grain, IDocumentPart
{
    public Task TouchAsync() => Task.CompletedTask;
}

/// <summary>A generic grain whose key is an integer.</summary>
public interface ICrate<TItem> : IGrainWithIntegerKey
{
    Task KeepAsync(TItem item);
}

/// <inheritdoc cref="ICrate{TItem}"/>
[GrainType("crate`1")]
public sealed class CrateGrain<TItem> : Grain, ICrate<TItem>
{
    public Task KeepAsync(TItem item) => Task.CompletedTask;
}

/// <summary>The other interface of <see cref="AmbiguousGrain"/>.</summary>
public interface INamed : IGrainWithStringKey
{
    Task TouchAsync();
}

/// <summary>A grain that has integers and strings as keys.</summary>
[GrainType("ambiguous")]
public sealed class AmbiguousGrain : Grain, INumberedName, INamed
{
    public Task TouchAsync() => Task.CompletedTask;
}

/// <summary>One interface of <see cref="AmbiguousGrain"/>.</summary>
public interface INumberedName : IGrainWithIntegerKey
{
    Task TouchAsync();
}
