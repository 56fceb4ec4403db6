using System.Diagnostics.CodeAnalysis;
using System.Reflection.Emit;
using Orleans;

namespace Choir.Observability;

/// <summary>
/// Whether Orleans lets a call run beside others of its grain because of how it was sent. Ticks of <c>RegisterTimer</c> do, and those of
/// <c>RegisterGrainTimer</c> with <c>Interleave</c>: no attribute of the grain says so, and the public API does not either.
/// </summary>
internal static class Interleaving
{
    private static readonly Type? ContextType = Type.GetType("Orleans.Runtime.GrainMethodInvoker, Orleans.Core");

    private static readonly Func<IIncomingGrainCallContext, bool>? Read = Find();

    /// <summary>Whether it can be read; not in a version of Orleans that has changed its private members.</summary>
    public static bool IsKnown => Read is not null;

    /// <summary>Whether a call may run beside others. True if it cannot be read: then nothing is said of how busy the grain is.</summary>
    public static bool IsAllowed(IIncomingGrainCallContext context) =>
        Read is not { } read || context.GetType() != ContextType || read(context);

    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "Without these members it is not known.")]
    private static Func<IIncomingGrainCallContext, bool>? Find()
    {
        try
        {
            var message = Accessor.Field(ContextType!, "message");
            var isInterleaving = Accessor.Property(message.FieldType, "IsAlwaysInterleave");
            if (isInterleaving.PropertyType != typeof(bool))
            {
                return null;
            }

            return Accessor.Emit<Func<IIncomingGrainCallContext, bool>>(il =>
            {
                il.Emit(OpCodes.Ldarg_0);
                il.Emit(OpCodes.Castclass, ContextType!);
                il.Emit(OpCodes.Ldfld, message);
                il.Emit(OpCodes.Callvirt, isInterleaving.GetMethod!);
            });
        }
        catch (Exception)
        {
            return null;
        }
    }
}
