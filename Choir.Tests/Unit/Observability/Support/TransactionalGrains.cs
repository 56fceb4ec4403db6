namespace Choir.Tests.Unit.Observability.Support;

/// <summary>A grain whose calls are in a transaction.</summary>
public interface IAccount : IGrainWithStringKey
{
    [Transaction(TransactionOption.CreateOrJoin)]
    Task<int> LookAsync();

    [Transaction(TransactionOption.CreateOrJoin)]
    Task RefuseAsync(string message);

    [Transaction(TransactionOption.CreateOrJoin)]
    Task RefuseLateAsync(string message);

    Task<string> AskAsync(string other);
}

/// <inheritdoc cref="IAccount"/>
[GrainType("account")]
public sealed class AccountGrain : Grain, IAccount
{
    public Task<int> LookAsync() => Task.FromResult(1);

    public Task RefuseAsync(string message) => throw new NotSupportedException(message);

    public async Task RefuseLateAsync(string message)
    {
        await Task.Yield();
        throw new NotSupportedException(message);
    }

    /// <summary>The exceptions that a caller gets of another account.</summary>
    public async Task<string> AskAsync(string other)
    {
        var account = GrainFactory.GetGrain<IAccount>(other);
        return $"{await OfAsync(account.RefuseAsync("at once"))} {await OfAsync(account.RefuseLateAsync("later"))}";

        static async Task<string> OfAsync(Task call) => (await Assert.ThrowsAnyAsync<Exception>(() => call)).GetType().Name;
    }
}
