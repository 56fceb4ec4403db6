namespace Nethereum.ABI.FunctionEncoding.Attributes;

/// <summary>The message calls this function of a contract.</summary>
[AttributeUsage(AttributeTargets.Class)]
public class FunctionAttribute : Attribute
{
    /// <summary>A function that answers nothing.</summary>
    public FunctionAttribute(string name) => Name = name;

    /// <summary>A function that answers one value.</summary>
    public FunctionAttribute(string name, string returnType) : this(name) => ReturnType = returnType;

    /// <summary>As Solidity names it.</summary>
    public string Name { get; }

    /// <summary>The Solidity type of the answer; null if there is none.</summary>
    public string? ReturnType { get; }
}

/// <summary>The class is this event of a contract.</summary>
[AttributeUsage(AttributeTargets.Class)]
public class EventAttribute : Attribute
{
    /// <summary>An event with a signature topic.</summary>
    public EventAttribute(string name) => Name = name;

    /// <summary>As Solidity names it.</summary>
    public string Name { get; set; }
}

/// <summary>The property is an argument of the function, the constructor or the event.</summary>
[AttributeUsage(AttributeTargets.Property)]
public class ParameterAttribute : Attribute
{
    /// <param name="type">Its Solidity type.</param>
    /// <param name="name">As Solidity names it.</param>
    /// <param name="order">Its place, from 1.</param>
    public ParameterAttribute(string type, string? name = null, int order = 1) : this(type, name, order, false)
    {
    }

    /// <param name="type">Its Solidity type.</param>
    /// <param name="name">As Solidity names it.</param>
    /// <param name="order">Its place, from 1.</param>
    /// <param name="indexed">An argument of an event that is a topic.</param>
    public ParameterAttribute(string type, string? name, int order, bool indexed = false)
    {
        Type = type;
        Name = name;
        Order = order;
        Indexed = indexed;
    }

    /// <summary>Its Solidity type.</summary>
    public string Type { get; }

    /// <summary>As Solidity names it.</summary>
    public string? Name { get; }

    /// <summary>Its place, from 1.</summary>
    public int Order { get; }

    internal bool Indexed { get; }
}

/// <summary>Marks a class that an event is decoded into.</summary>
public interface IEventDTO;
