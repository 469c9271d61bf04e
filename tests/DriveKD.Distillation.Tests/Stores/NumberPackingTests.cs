using DriveKD.Distillation.Stores;
using DriveKD.Runs.Recipes;
using TorchSharp;
using static TorchSharp.torch;

namespace DriveKD.Distillation.Tests.Stores;

public sealed class NumberPackingTests
{
    [Theory]
    [InlineData(StoredNumbers.Float32, 1, 4)]
    [InlineData(StoredNumbers.Bfloat16, 1, 2)]
    [InlineData(StoredNumbers.Int8, 2, 1)]
    public void Unpack_Packed_IsWithinTheStatedError(StoredNumbers numbers, int parts, int bytes)
    {
        using DisposeScope scope = NewDisposeScope();
        random.manual_seed(3);
        Tensor values = randn(1, 20, 30).mul(logspace(-6, 3, 20).reshape(1, 20, 1));
        values[0, 4] = 0;

        IReadOnlyList<Tensor> packed = NumberPacking.Pack(values, numbers);
        Tensor back = NumberPacking.Unpack(packed, numbers);

        Assert.Equal((parts, parts, bytes), (packed.Count, NumberPacking.PartsOf(numbers), (int)packed[0].element_size()));
        Assert.Equal(values.dtype, back.dtype);
        Assert.Equal(values.shape, back.shape);
        Tensor error = back.sub(values).abs();
        Tensor limit = numbers switch
        {
            StoredNumbers.Float32 => zeros_like(values),
            StoredNumbers.Bfloat16 => values.abs().mul(0.004),
            _ => values.abs().amax([-1], keepdim: true).mul(1 / 253.0).expand_as(values),
        };
        Assert.True(error.le(limit).all().item<bool>());
        Assert.Equal(0, back[0, 4].abs().max().item<float>());
    }
}
