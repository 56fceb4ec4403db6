using System.Collections.Concurrent;
using Orleans.Serialization.Invocation;

namespace Choir.Observability;

/// <summary>What is known of a method, found by the class of its request: the code generator of Orleans makes one for each method.</summary>
/// <param name="create">Creates the value for the first request of a class. Called with a lock held.</param>
internal sealed class RequestCache<TValue>(Func<IInvokable, TValue?> create)
    where TValue : class
{
    // Up to this number a linear search by reference is faster than a dictionary.
    private const int LinearSearchCount = 8;

    // A generic method has a request type for each type argument, which a caller chooses.
    private const int MaxRequestTypes = 1_024;

    private readonly Lock _gate = new();
    private readonly ConcurrentDictionary<Type, TValue?> _values = new();
    private (Type Request, TValue? Value)[] _first = [];

    /// <summary>The value of a request. Nothing is read from the request itself, apart from the first of its class.</summary>
    public TValue? Of(IInvokable request)
    {
        var type = request.GetType();
        foreach (var (known, value) in _first)
        {
            if (ReferenceEquals(known, type))
            {
                return value;
            }
        }

        return _values.TryGetValue(type, out var found) ? found : Add(type, request);
    }

    private TValue? Add(Type type, IInvokable request)
    {
        lock (_gate)
        {
            if (_values.TryGetValue(type, out var known))
            {
                return known;
            }

            var value = create(request);
            if (_values.Count < MaxRequestTypes)
            {
                _values[type] = value;
                if (_first.Length < LinearSearchCount)
                {
                    _first = [.. _first, (type, value)];
                }
            }

            return value;
        }
    }
}
