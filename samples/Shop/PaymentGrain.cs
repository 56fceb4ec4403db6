namespace Samples.Shop;

/// <summary>The account of a customer; its key is the name of the customer.</summary>
public interface IPayment : IGrainWithStringKey
{
    /// <summary>Pays.</summary>
    /// <exception cref="InvalidOperationException">The account holds less.</exception>
    Task PayAsync(int amount);
}

/// <inheritdoc cref="IPayment"/>
public sealed class PaymentGrain : Grain, IPayment
{
    private const int Start = 100;

    private int _left = Start;

    /// <inheritdoc/>
    public Task PayAsync(int amount)
    {
        if (amount > _left)
        {
            throw new InvalidOperationException($"{this.GetPrimaryKeyString()} cannot pay {amount}.");
        }

        _left -= amount;
        return Task.CompletedTask;
    }
}
