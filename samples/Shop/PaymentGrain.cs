using Microsoft.Extensions.Configuration;

namespace Samples.Shop;

/// <summary>The account of a customer; its key is the name of the customer.</summary>
public interface IPayment : IGrainWithStringKey
{
    /// <summary>Pays.</summary>
    /// <exception cref="InvalidOperationException">The account holds less.</exception>
    Task PayAsync(int amount);
}

/// <inheritdoc cref="IPayment"/>
public sealed class PaymentGrain(IConfiguration configuration) : Grain, IPayment
{
    private const int Start = 100;

    // How long the bank takes to answer: set BankTime to see what waits for it.
    private readonly TimeSpan _bankTime = configuration.GetValue("BankTime", TimeSpan.Zero);
    private int _left = Start;

    /// <inheritdoc/>
    public async Task PayAsync(int amount)
    {
        await AskBankAsync();
        if (amount > _left)
        {
            throw new InvalidOperationException($"{this.GetPrimaryKeyString()} cannot pay {amount}.");
        }

        _left -= amount;
    }

    private async Task AskBankAsync()
    {
        if (_bankTime > TimeSpan.Zero)
        {
            await Task.Delay(_bankTime, TimeProvider.System);
        }
    }
}
