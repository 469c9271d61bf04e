using DriveKD.Models.Layers;
using static TorchSharp.torch;

namespace DriveKD.Models.Tests.Layers;

public sealed class SequencePositionsTests
{
    /// <summary>A token, a picture of one row of two tokens, a token; then one that follows.</summary>
    private static readonly RowPositions _picture = new(
        new long[,]
        {
            { 0, 1, 1, 3 },
            { 0, 1, 1, 3 },
            { 0, 1, 2, 3 },
        },
        next: 4);

    /// <summary>A picture of two rows, whose positions are fewer than its tokens.</summary>
    private static readonly RowPositions _square = new(
        new long[,]
        {
            { 0, 0, 0, 0, 2 },
            { 0, 0, 1, 1, 2 },
            { 0, 1, 0, 1, 2 },
        },
        next: 3);

    [Fact]
    public void At_KnownAndFollowingTokens_CountsOnBehindThoseThatAreKnown()
    {
        Assert.Equal((4, 0L), (_picture.Length, _picture.Delta));
        Assert.Equal((5, -2L), (_square.Length, _square.Delta));
        Assert.Equal([0, 1, 1, 3, 4, 5], Enumerable.Range(0, 6).Select(token => _picture.At(1, token)));
        foreach (int axis in (int[])[0, 1, 2])
        {
            Assert.Equal([2, 3, 4], Enumerable.Range(4, 3).Select(token => _square.At(axis, token)));
        }
    }

    [Fact]
    public void RowPositions_OtherNumberOfAxes_IsAMistakeOfTheProgram() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new RowPositions(new long[2, 4], next: 4));

    [Theory]
    [InlineData(1, 5, 0)]
    [InlineData(3, 4, 0)]
    [InlineData(2, 1, 17)]
    public void Of_AllRowsCounted_IsConsecutive(int rows, int length, int start) =>
        AssertSame(SequencePositions.Consecutive(rows, length, start), SequencePositions.Of(new RowPositions?[rows], length, start));

    [Theory]
    [InlineData(5)]
    [InlineData(2)]
    [InlineData(1)]
    public void Of_AllRowsCountedAndPadded_IsPadded(int newTokens)
    {
        bool[,] isPadding_BS =
        {
            { true, true, false, false, false },
            { false, false, false, false, false },
            { false, true, false, false, true },
        };

        AssertSame(SequencePositions.Padded(isPadding_BS, newTokens), SequencePositions.Of(new RowPositions?[3], isPadding_BS, newTokens));
        bool[,] none_BS = new bool[3, 5];
        AssertSame(SequencePositions.Padded(none_BS, newTokens), SequencePositions.Of(new RowPositions?[3], none_BS, newTokens));
        Assert.Null(SequencePositions.Of(new RowPositions?[3], none_BS, newTokens).IsPadding_BS);
    }

    [Fact]
    public void Of_ThreePositions_HasAxisByAxisRowByRow()
    {
        SequencePositions positions = SequencePositions.Of([_picture, null, _square], length: 5);

        Assert.False(positions.AreOrdinary);
        Assert.Equal(4, positions.Highest);
        Assert.Null(positions.IsPadding_BS);
        AssertPositions(
            [3, 3, 5],
            [
                0, 1, 1, 3, 4,
                0, 1, 2, 3, 4,
                0, 0, 0, 0, 2,

                0, 1, 1, 3, 4,
                0, 1, 2, 3, 4,
                0, 0, 1, 1, 2,

                0, 1, 2, 3, 4,
                0, 1, 2, 3, 4,
                0, 1, 0, 1, 2,
            ],
            positions);
    }

    [Fact]
    public void Of_StartInTheMiddle_GoesOnFromThere()
    {
        AssertPositions([3, 1, 3], [0, 0, 2, 1, 1, 2, 0, 1, 2], SequencePositions.Of([_square], length: 3, start: 2));
        AssertPositions([3, 2, 1], [6, 4, 6, 4, 6, 4], SequencePositions.Of([_picture, _square], length: 1, start: 6));
    }

    [Fact]
    public void Of_PaddedOnTheLeft_CountsRealTokensAlone()
    {
        bool[,] isPadding_BS =
        {
            { true, true, false, false, false, false },
            { false, false, false, false, false, false },
            { true, false, false, false, false, false },
        };

        SequencePositions positions = SequencePositions.Of([_picture, null, _square], isPadding_BS, newTokens: 6);

        Assert.Same(isPadding_BS, positions.IsPadding_BS);
        AssertPositions(
            [3, 3, 6],
            [
                1, 1, 0, 1, 1, 3,
                0, 1, 2, 3, 4, 5,
                1, 0, 0, 0, 0, 2,

                1, 1, 0, 1, 1, 3,
                0, 1, 2, 3, 4, 5,
                1, 0, 0, 1, 1, 2,

                1, 1, 0, 1, 2, 3,
                0, 1, 2, 3, 4, 5,
                1, 0, 1, 0, 1, 2,
            ],
            positions);
    }

    [Fact]
    public void Of_PaddedAndCached_HasThoseOfTheNewTokens()
    {
        bool[,] isPadding_BS = new bool[2, 8];
        (isPadding_BS[0, 0], isPadding_BS[0, 1], isPadding_BS[0, 2]) = (true, true, true);

        SequencePositions positions = SequencePositions.Of([_picture, _square], isPadding_BS, newTokens: 1);

        // The first row's token 4 and the second's 7, both behind what is known.
        AssertPositions([3, 2, 1], [4, 5, 4, 5, 4, 5], positions);
        Assert.Equal(5, positions.Highest);
    }

    private static void AssertSame(SequencePositions expected, SequencePositions found)
    {
        Assert.True(found.AreOrdinary);
        Assert.Equal(expected.Highest, found.Highest);
        Assert.Equal(expected.IsPadding_BS, found.IsPadding_BS);
        using Tensor positions = expected.ToTensor(CPU);
        AssertPositions(positions.shape, positions.data<long>().ToArray(), found);
    }

    private static void AssertPositions(long[] shape, long[] values, SequencePositions found)
    {
        using Tensor positions = found.ToTensor(CPU);
        Assert.Equal(ScalarType.Int64, positions.dtype);
        Assert.Equal(shape, positions.shape);
        Assert.Equal(values, positions.data<long>().ToArray());
    }
}
