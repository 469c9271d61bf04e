using DriveKD.Models.Layers;
using DriveKD.Models.Tests.Support;
using TorchSharp;
using static TorchSharp.torch;

namespace DriveKD.Models.Tests.Layers;

public sealed class RotaryEmbeddingTests
{
    [Theory]
    [InlineData(RopeScalingKind.None, 1, 32768, 400)]
    [InlineData(RopeScalingKind.Linear, 4, 100, 400)]
    [InlineData(RopeScalingKind.Linear, 2.5, 32768, 400)]
    [InlineData(RopeScalingKind.Dynamic, 2, 100, 400)]
    [InlineData(RopeScalingKind.Dynamic, 4, 399, 400)]
    [InlineData(RopeScalingKind.Dynamic, 2, 400, 400)]
    [InlineData(RopeScalingKind.Dynamic, 2, 32768, 400)]
    public void Create_AnyScaling_GivesTheFormulasAngles(RopeScalingKind kind, double factor, int maxPositions, int length)
    {
        LanguageModelConfig config = TestModels.Small.Language with { RopeScaling = kind, RopeFactor = factor, MaxPositions = maxPositions, RopeTheta = 1e6, HeadSize = 16 };
        using DisposeScope scope = NewDisposeScope();
        Tensor positions = arange(length, ScalarType.Int64).unsqueeze(0);
        using RotaryEmbedding rope = RotaryEmbedding.Create(config, positions, length - 1, ScalarType.Float32);

        Assert.Equal([1, 1, length, 16], rope.Cosine_B1TD.shape);
        double[] angles = [.. Enumerable.Range(0, length).SelectMany(position => Enumerable.Range(0, 16).Select(d => ReferenceModel.Angle(config, position, d % 8, length)))];
        Tensor expected = tensor(angles, [1, 1, length, 16]);

        // An angle is rounded to float32 once as frequency and once as product: up to 400 times 1.2e-7.
        Close.Assert(expected.cos(), rope.Cosine_B1TD, 6e-5, "cosines");
        Close.Assert(expected.sin(), rope.Sine_B1TD, 6e-5, "sines");
    }

    [Fact]
    public void BaseFor_DynamicScaling_StartsBehindTheLastTrainedPosition()
    {
        LanguageModelConfig config = TestModels.Small.Language with { RopeScaling = RopeScalingKind.Dynamic, RopeFactor = 2, MaxPositions = 32768, RopeTheta = 1e6, HeadSize = 64 };

        Assert.Equal(1e6, RotaryEmbedding.BaseFor(config, 32768));
        Assert.True(RotaryEmbedding.BaseFor(config, 32769) > 1e6);
        Assert.Equal(1e6 * Math.Pow((2 * 65536 / 32768.0) - 1, 64 / 62.0), RotaryEmbedding.BaseFor(config, 65536), 1e-6);
        Assert.Equal(1e6, RotaryEmbedding.BaseFor(config with { RopeScaling = RopeScalingKind.None }, 65536));
        Assert.Equal(1e6, RotaryEmbedding.BaseFor(config with { RopeScaling = RopeScalingKind.Linear }, 65536));
    }

    [Fact]
    public void Rotate_PairsAreHalvesApart_AndLengthsStay()
    {
        LanguageModelConfig config = TestModels.Small.Language with { RopeTheta = 10000 };
        using DisposeScope scope = NewDisposeScope();
        using RotaryEmbedding rope = RotaryEmbedding.Create(config, tensor(new long[,] { { 3 } }), 3, ScalarType.Float32);
        Tensor vector = arange(1, 9, ScalarType.Float32).reshape(1, 1, 1, 8);
        float[] rotated = rope.Rotate(vector).data<float>().ToArray();

        for (int pair = 0; pair < 4; pair++)
        {
            double angle = 3 * Math.Pow(10000, -2 * pair / 8.0);
            Assert.Equal(((pair + 1) * Math.Cos(angle)) - ((pair + 5) * Math.Sin(angle)), rotated[pair], 1e-5);
            Assert.Equal(((pair + 5) * Math.Cos(angle)) + ((pair + 1) * Math.Sin(angle)), rotated[pair + 4], 1e-5);
        }
    }

    [Fact]
    public void Create_Bfloat16_RoundsCosinesNotAngles()
    {
        LanguageModelConfig config = TestModels.Small.Language;
        using DisposeScope scope = NewDisposeScope();
        Tensor positions = tensor(new long[,] { { 257, 1001 } });
        using RotaryEmbedding exact = RotaryEmbedding.Create(config, positions, 1001, ScalarType.Float32);
        using RotaryEmbedding rounded = RotaryEmbedding.Create(config, positions, 1001, ScalarType.BFloat16);

        Assert.Equal(ScalarType.BFloat16, rounded.Cosine_B1TD.dtype);
        Close.Assert(exact.Cosine_B1TD.to_type(ScalarType.BFloat16), rounded.Cosine_B1TD, 0);
    }

    [Theory]
    [InlineData(RopeScalingKind.None, ScalarType.Float32)]
    [InlineData(RopeScalingKind.Linear, ScalarType.BFloat16)]
    [InlineData(RopeScalingKind.Dynamic, ScalarType.Float32)]
    public void Create_ThreeEqualPositions_GivesTheBitsOfOne(RopeScalingKind kind, ScalarType dtype)
    {
        LanguageModelConfig config = TestModels.Small.Language with
        {
            RopeScaling = kind,
            RopeFactor = 2,
            MaxPositions = 100,
            RopeTheta = 1e6,
            HeadSize = 16,
            Sections = new RotarySections(2, 3, 3),
        };
        using DisposeScope scope = NewDisposeScope();
        Tensor positions_BT = tensor(new long[,] { { 0, 1, 2, 300 }, { 7, 8, 99, 5 } });
        using RotaryEmbedding one = RotaryEmbedding.Create(config, positions_BT, 300, dtype);
        using RotaryEmbedding three = RotaryEmbedding.Create(config, stack([positions_BT, positions_BT, positions_BT]), 300, dtype);

        Assert.Equal([2, 1, 4, 16], three.Cosine_B1TD.shape);
        Close.Assert(one.Cosine_B1TD, three.Cosine_B1TD, 0, "cosines");
        Close.Assert(one.Sine_B1TD, three.Sine_B1TD, 0, "sines");
    }

    [Fact]
    public void Create_ThreePositions_TurnsEachFrequencyByItsOwn()
    {
        LanguageModelConfig config = TestModels.Small.Language with { RopeTheta = 10000, HeadSize = 16, Sections = new RotarySections(2, 3, 3) };
        long[,,] positions = { { { 5, 4 }, { 0, 2 } }, { { 9, 4 }, { 1, 7 } }, { { 11, 4 }, { 3, 6 } } };
        int[] axes = [0, 0, 1, 1, 1, 2, 2, 2];
        using DisposeScope scope = NewDisposeScope();
        using RotaryEmbedding rope = RotaryEmbedding.Create(config, tensor(positions), 11, ScalarType.Float32);

        for (int b = 0; b < 2; b++)
        {
            for (int t = 0; t < 2; t++)
            {
                for (int channel = 0; channel < 16; channel++)
                {
                    // Channel pairs are half a head apart: both turn by the frequency of the first.
                    double angle = positions[axes[channel % 8], b, t] * Math.Pow(10000, -2 * (channel % 8) / 16.0);
                    Assert.Equal(Math.Cos(angle), rope.Cosine_B1TD[b, 0, t, channel].ToDouble(), 2e-6);
                    Assert.Equal(Math.Sin(angle), rope.Sine_B1TD[b, 0, t, channel].ToDouble(), 2e-6);
                }
            }
        }
    }

    [Fact]
    public void Create_ThreePositionsWithoutSections_IsAMistakeOfTheProgram()
    {
        using Tensor positions = zeros([3, 1, 2], ScalarType.Int64);

        Assert.Throws<ArgumentException>(() => RotaryEmbedding.Create(TestModels.Small.Language, positions, 1, ScalarType.Float32));
    }
}
