namespace DriveKD.Models.Measurement;

/// <summary>What tensors hold while a case is answered, in bytes.</summary>
/// <param name="Parameters">Every weight, in the dtype it computes in, and those in 8 bits beside them where there are any. Counted.</param>
/// <param name="KeyValueCache">Keys and values of prompt and answer. Counted.</param>
/// <param name="Working">
/// Activations and whatever else an answer needs for a while: by how much resident memory grew above the state before the answer, the
/// key-value cache left out. Null where that cannot be known: on a CUDA device.
/// </param>
public sealed record TensorBytes(long Parameters, long KeyValueCache, long? Working)
{
    /// <summary>All of it.</summary>
    public long Total => Parameters + KeyValueCache + (Working ?? 0);
}
