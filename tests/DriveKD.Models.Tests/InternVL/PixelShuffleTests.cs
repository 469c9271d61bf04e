using DriveKD.Models.InternVL;
using DriveKD.Models.Tests.Support;
using TorchSharp;
using static TorchSharp.torch;

namespace DriveKD.Models.Tests.InternVL;

public sealed class PixelShuffleTests
{
    [Theory]
    [InlineData(4, 4, 2, true)]
    [InlineData(4, 6, 2, true)]
    [InlineData(4, 6, 2, false)]
    [InlineData(6, 3, 3, true)]
    [InlineData(2, 2, 1, true)]
    public void Apply_AnyGrid_IsTheClosedForm(int rows, int columns, int side, bool keepsOrientation)
    {
        const int Channels = 5;
        using DisposeScope scope = NewDisposeScope();
        Tensor patches = arange(2 * rows * columns * Channels, ScalarType.Float32).reshape(2, rows * columns, Channels);
        Tensor x = patches.reshape(2, rows, columns, Channels);
        List<Tensor> tokens = [];
        (int outer, int inner) = keepsOrientation ? (rows / side, columns / side) : (columns / side, rows / side);
        for (int a = 0; a < outer; a++)
        {
            for (int b = 0; b < inner; b++)
            {
                (int i, int j) = keepsOrientation ? (a, b) : (b, a);
                tokens.Add(cat([.. Enumerable.Range(0, side * side).Select(k => x[.., (side * i) + (k / side), (side * j) + (k % side)])], -1));
            }
        }

        Close.Assert(stack(tokens, 1), PixelShuffle.Apply(patches, rows, columns, 1.0 / side, keepsOrientation), 0);
    }
}
