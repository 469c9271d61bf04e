namespace DriveKD.Data.Imaging.Corruptions;

/// <summary>
/// The bytes that ffmpeg's bitstream filter <c>noise</c> damages: a 32-bit state, 0 at first, grows by each byte plus 1, and whenever it is
/// divisible by the amount, the byte becomes the state's lowest one. Nothing is random, and a larger amount damages less. The state runs
/// on over packets: feed them in order.
/// </summary>
internal sealed class BitErrorFilter
{
    private readonly uint _amount;
    private uint _state;

    /// <summary>A filter at its start.</summary>
    /// <param name="amount">One byte in about so many is hit; at least 1.</param>
    public BitErrorFilter(int amount)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(amount, 1);
        _amount = (uint)amount;
    }

    /// <summary>Damages the next bytes in place.</summary>
    /// <param name="bytes">A packet or a part of one.</param>
    /// <returns>How many bytes changed: one that is hit may keep its value.</returns>
    public int Damage(Span<byte> bytes)
    {
        int changed = 0;
        foreach (ref byte value in bytes)
        {
            unchecked
            {
                _state += value + 1u;
            }

            if (_state % _amount == 0)
            {
                byte damaged = (byte)_state;
                changed += damaged == value ? 0 : 1;
                value = damaged;
            }
        }

        return changed;
    }
}
