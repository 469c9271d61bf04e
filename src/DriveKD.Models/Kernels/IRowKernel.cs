namespace DriveKD.Models.Kernels;

/// <summary>
/// The scalar products of rows of weights with a few rows of inputs. Every product is summed in the same order whatever the number of input
/// rows and however the inputs lie in memory, so that a row of a batch gets what it gets alone.
/// </summary>
internal unsafe interface IRowKernel
{
    /// <summary>products[r * productStride + o] = sum of weights[o * count + i] * inputs[r * count + i] over i, in float32.</summary>
    /// <param name="weights">Rows of <paramref name="count"/> weights, one after the other.</param>
    /// <param name="outputs">Rows of weights.</param>
    /// <param name="count">Weights of a row, and inputs of a row.</param>
    /// <param name="inputs">Row after row.</param>
    /// <param name="rows">Input rows.</param>
    /// <param name="products">Receives the products.</param>
    /// <param name="productStride">From the products of one input row to those of the next.</param>
    static abstract void Dots<TWeight, TInput>(
        byte* weights, nint outputs, nint count, byte* inputs, int rows, float* products, nint productStride)
        where TWeight : struct, IValueFormat
        where TInput : struct, IValueFormat;
}
