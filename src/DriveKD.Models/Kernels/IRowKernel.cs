namespace DriveKD.Models.Kernels;

/// <summary>
/// The scalar products of one row of weights with a few rows of inputs. Every product is summed in the same order whatever the number of
/// input rows, so that a row of a batch gets what it gets alone.
/// </summary>
internal unsafe interface IRowKernel
{
    /// <summary>products[r * productStride] = sum of weights[i] * inputs[r * count + i], in float32.</summary>
    /// <param name="weights">A row of <paramref name="count"/> weights.</param>
    /// <param name="count">Weights of the row.</param>
    /// <param name="inputs">float32, row after row.</param>
    /// <param name="rows">Input rows.</param>
    /// <param name="products">Receives the products.</param>
    /// <param name="productStride">From one product to the next.</param>
    static abstract void Dots<TFormat>(byte* weights, nint count, float* inputs, int rows, float* products, nint productStride)
        where TFormat : struct, IWeightFormat;
}
