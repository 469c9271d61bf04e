using System.Runtime.InteropServices;
using DriveKD.Models.Families;

namespace DriveKD.Models.Checkpoints.Creation;

/// <summary>Streams the random values of a parameter, or of some of its rows, as stored bytes.</summary>
internal sealed class RandomTensor(ulong seed, ModelConfig config, InitialValues initial = InitialValues.Testing)
{
    /// <summary>Small enough to stay in the cache between making and writing.</summary>
    private const int PieceElements = 1 << 18;

    private readonly byte[] _buffer = new byte[PieceElements * Environment.ProcessorCount * 4];

    /// <summary>Writes rows of a parameter.</summary>
    /// <param name="parameter">The parameter.</param>
    /// <param name="firstElement">Elements of the parameter before the first that is written.</param>
    /// <param name="elements">How many are written.</param>
    /// <param name="dtype">F32, F16 or BF16.</param>
    /// <param name="stream">Takes the bytes.</param>
    /// <param name="cancellation">Stops between buffers.</param>
    public void Write(ExpectedTensor parameter, long firstElement, long elements, TensorDType dtype, Stream stream, CancellationToken cancellation)
    {
        RandomValues random = RandomValues.For(seed, parameter.Name);
        WeightDistribution distribution = initial == InitialValues.Training ? TrainingDistribution.Of(parameter, config) : WeightDistribution.Of(parameter, config);
        int size = TensorDTypes.SizeOf(dtype);
        int perBuffer = _buffer.Length / 4;
        for (long done = 0; done < elements;)
        {
            cancellation.ThrowIfCancellationRequested();
            int count = (int)Math.Min(perBuffer, elements - done);
            long first = firstElement + done;
            int pieces = (count + PieceElements - 1) / PieceElements;
            Parallel.For(0, pieces, piece =>
            {
                int start = piece * PieceElements;
                int length = Math.Min(PieceElements, count - start);
                Fill(random, distribution, (ulong)(first + start), dtype, _buffer.AsSpan(start * size, length * size));
            });
            stream.Write(_buffer, 0, count * size);
            done += count;
        }
    }

    private static void Fill(RandomValues random, WeightDistribution distribution, ulong first, TensorDType dtype, Span<byte> bytes)
    {
        switch (dtype)
        {
            case TensorDType.F32:
                Span<float> singles = MemoryMarshal.Cast<byte, float>(bytes);
                for (int i = 0; i < singles.Length; i++)
                {
                    singles[i] = Value(random, distribution, first + (ulong)i);
                }

                break;
            case TensorDType.F16:
                Span<Half> halves = MemoryMarshal.Cast<byte, Half>(bytes);
                for (int i = 0; i < halves.Length; i++)
                {
                    halves[i] = (Half)Value(random, distribution, first + (ulong)i);
                }

                break;
            case TensorDType.BF16:
                Span<ushort> uppers = MemoryMarshal.Cast<byte, ushort>(bytes);
                for (int i = 0; i < uppers.Length; i++)
                {
                    // To nearest, ties to even; the values are finite and far from the largest.
                    uint bits = BitConverter.SingleToUInt32Bits(Value(random, distribution, first + (ulong)i));
                    uppers[i] = (ushort)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
                }

                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(dtype), dtype, "F32, F16 or BF16 is expected.");
        }
    }

    private static float Value(RandomValues random, WeightDistribution distribution, ulong index)
    {
        float value = distribution.IsUniform ? random.Uniform(index) : random.Normal(index);
        float scaled = value * distribution.Scale;
        return scaled + distribution.Offset;
    }
}
