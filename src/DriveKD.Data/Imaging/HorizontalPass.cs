using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace DriveKD.Data.Imaging;

/// <summary>
/// Resizes rows along x, two at a time: one 256-bit vector holds a pixel of both (R, G, B and a lane to spare each) as 32-bit
/// integers, so that every weight is one broadcast for both rows and no sum crosses lanes.
/// </summary>
internal sealed class HorizontalPass
{
    private const int RowLanes = 4;
    private const int PixelLanes = 2 * RowLanes;

    private readonly RgbImage _image;
    private readonly BicubicAxis _columns;
    private readonly int[] _widened;

    public HorizontalPass(RgbImage image, BicubicAxis columns)
    {
        (_image, _columns) = (image, columns);
        _widened = GC.AllocateUninitializedArray<int>(checked(PixelLanes * image.Width));
    }

    /// <summary>Resizes two rows, which may be the same one.</summary>
    /// <param name="firstRow">Row of the picture.</param>
    /// <param name="secondRow">Row of the picture.</param>
    /// <param name="firstTarget">3 bytes per output column.</param>
    /// <param name="secondTarget">As before; may be the same memory if the rows are the same.</param>
    public void Run(int firstRow, int secondRow, Span<byte> firstTarget, Span<byte> secondTarget)
    {
        Widen(Row(firstRow), Row(secondRow));

        ref int widened = ref MemoryMarshal.GetArrayDataReference(_widened);
        Vector256<int> half = Vector256.Create(BicubicAxis.Half);
        Vector256<int> highest = Vector256.Create((int)byte.MaxValue);
        for (int column = 0; column < _columns.Length; column++)
        {
            ReadOnlySpan<int> weights = _columns.Weights(column);
            nuint from = (nuint)(PixelLanes * _columns.First(column));
            Vector256<int> sum = half;
            foreach (int weight in weights)
            {
                sum += Vector256.LoadUnsafe(ref widened, from) * Vector256.Create(weight);
                from += PixelLanes;
            }

            Vector256<int> pixels = Vector256.Min(Vector256.Max(sum >> BicubicAxis.PrecisionBits, Vector256<int>.Zero), highest);
            int at = 3 * column;
            firstTarget[at] = (byte)pixels[0];
            firstTarget[at + 1] = (byte)pixels[1];
            firstTarget[at + 2] = (byte)pixels[2];
            secondTarget[at] = (byte)pixels[RowLanes];
            secondTarget[at + 1] = (byte)pixels[RowLanes + 1];
            secondTarget[at + 2] = (byte)pixels[RowLanes + 2];
        }
    }

    private ReadOnlySpan<byte> Row(int row) => _image.Pixels.AsSpan(3 * _image.Width * row, 3 * _image.Width);

    private void Widen(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second)
    {
        ref int target = ref MemoryMarshal.GetArrayDataReference(_widened);
        int last = _image.Width - 1;
        for (int x = 0; x < last; x++)
        {
            // Four bytes are read of which the fourth, the next pixel's red, lands in the spare lane.
            uint a = Unsafe.ReadUnaligned<uint>(in first[3 * x]);
            uint b = Unsafe.ReadUnaligned<uint>(in second[3 * x]);
            Vector128<ushort> shorts = Vector128.WidenLower(Vector128.CreateScalarUnsafe(a | ((ulong)b << 32)).AsByte());
            Vector256<int> lanes = Vector256.WidenLower(shorts.ToVector256Unsafe()).AsInt32();
            lanes.StoreUnsafe(ref target, (nuint)(PixelLanes * x));
        }

        Vector256.Create(first[3 * last], first[(3 * last) + 1], first[(3 * last) + 2], 0, second[3 * last], second[(3 * last) + 1], second[(3 * last) + 2], 0)
            .StoreUnsafe(ref target, (nuint)(PixelLanes * last));
    }
}
