using System.Runtime.InteropServices;
using DriveKD.Models.Checkpoints;
using DriveKD.Models.Checkpoints.Creation;
using DriveKD.Models.Families;

namespace DriveKD.Models.Tests.Checkpoints.Creation;

public class RandomTensorTests
{
    private static readonly ModelConfig _config = ModelFamilies.FindPreset("tiny").Config;

    private static readonly ExpectedTensor _parameter = new("language_model.lm_head.weight", [3_000, 1_000], ModelPart.Head);

    [Fact]
    public void Values_KnownSeed_AreTheSameOnEveryMachine()
    {
        RandomValues random = RandomValues.For(1, "a");

        // Computed by another program from the published mixing function.
        Assert.Equal([0xBF13B623, 0x40400102, 0x3DA7C6C8], new[] { random.Normal(0), random.Normal(1), random.Uniform(0) }.Select(BitConverter.SingleToUInt32Bits));
    }

    [Fact]
    public void Write_Parts_JoinToTheWhole()
    {
        byte[] whole = Write(7, 0, 3_000_000, TensorDType.F32);
        byte[] parts = [.. Write(7, 0, 1_234_567, TensorDType.F32), .. Write(7, 1_234_567, 3_000_000 - 1_234_567, TensorDType.F32)];

        Assert.True(whole.AsSpan().SequenceEqual(parts));
        Assert.False(whole.AsSpan().SequenceEqual(Write(8, 0, 3_000_000, TensorDType.F32)));
    }

    [Fact]
    public void Write_EveryDType_HoldsTheSameValuesRounded()
    {
        ReadOnlySpan<float> exact = MemoryMarshal.Cast<byte, float>(Write(7, 0, 10_000, TensorDType.F32));
        ReadOnlySpan<Half> halves = MemoryMarshal.Cast<byte, Half>(Write(7, 0, 10_000, TensorDType.F16));
        ReadOnlySpan<ushort> uppers = MemoryMarshal.Cast<byte, ushort>(Write(7, 0, 10_000, TensorDType.BF16));
        for (int i = 0; i < exact.Length; i++)
        {
            Assert.Equal((Half)exact[i], halves[i]);
            float rounded = BitConverter.UInt32BitsToSingle((uint)uppers[i] << 16);
            Assert.InRange(MathF.Abs(rounded - exact[i]), 0, MathF.Abs(exact[i]) / 256);
        }
    }

    [Fact]
    public void Write_LinearWeights_HaveTheWantedMoments()
    {
        ReadOnlySpan<float> values = MemoryMarshal.Cast<byte, float>(Write(11, 0, 3_000_000, TensorDType.F32));
        double sum = 0, squares = 0, products = 0, fourth = 0;
        double deviation = 2 / Math.Sqrt(1000);
        for (int i = 0; i < values.Length; i++)
        {
            double value = values[i] / deviation;
            sum += value;
            squares += value * value;
            fourth += value * value * value * value;
            products += i > 0 ? value * values[i - 1] / deviation : 0;
        }

        // Three million independent values: a mean of 0 within five standard errors, and so on.
        Assert.InRange(sum / values.Length, -0.003, 0.003);
        Assert.InRange(squares / values.Length, 0.996, 1.004);
        Assert.InRange(products / values.Length, -0.003, 0.003);
        // Kurtosis of a sum of four uniform numbers: 3 - 1.2 / 4.
        Assert.InRange(fourth / values.Length, 2.68, 2.72);
    }

    [Fact]
    public void Distribution_EveryParameterOfBothTowers_IsMeaningful()
    {
        foreach (string name in (string[])["tiny", "InternVL3-78B"])
        {
            ModelConfig config = ModelFamilies.FindPreset(name).Config;
            foreach (ExpectedTensor parameter in config.Family.Expected(config))
            {
                WeightDistribution distribution = WeightDistribution.Of(parameter, config);
                Assert.InRange(distribution.Scale, 0.005f, 1);
                bool isNorm = parameter.Name.Contains("norm", StringComparison.Ordinal) || parameter.Name == "mlp1.0.weight";
                Assert.Equal(isNorm && parameter.Name.EndsWith(".weight", StringComparison.Ordinal), distribution.Offset == 1);
            }
        }

        WeightDistribution Of(string name, params long[] shape) => WeightDistribution.Of(new ExpectedTensor(name, shape, ModelPart.LanguageLayers), _config);
        Assert.Equal(1.3f / 8, Of("language_model.model.layers.0.self_attn.q_proj.weight", 64, 64).Scale, 6);
        Assert.Equal(1.8f / 8, Of("language_model.model.layers.3.self_attn.k_proj.weight", 32, 64).Scale, 6);
        Assert.Equal(0.3f, Of("language_model.model.layers.3.self_attn.k_proj.bias", 32).Scale);
        Assert.Equal(new WeightDistribution(0.3f, 0.5f, true), Of("vision_model.encoder.layers.0.ls1", 48));
    }

    private static byte[] Write(ulong seed, long first, long count, TensorDType dtype)
    {
        using MemoryStream stream = new();
        new RandomTensor(seed, _config).Write(_parameter, first, count, dtype, stream, CancellationToken.None);
        return stream.ToArray();
    }
}
