namespace DriveKD.World.Rendering;

/// <summary>Turns samples into a picture: light, air, rain, and the noise of a sensor.</summary>
internal static class Sensor
{
    // Four bytes of a hash, summed, are near enough to a normal number: this is their deviation.
    private const float FourBytesDeviation = 147.8f;

    private const ulong BrightnessCounter = ulong.MaxValue - 1;
    private const float HeadLampReach = 22;

    /// <summary>Writes a picture's bytes.</summary>
    public static void Expose(Raster raster, Atmosphere atmosphere, RenderSettings settings, bool looksAhead, ulong seed, Span<byte> pixels)
    {
        int samples = settings.SamplesPerAxis;
        int width = raster.Width / samples;
        int height = raster.Height / samples;
        double range = settings.GreatestBrightness - settings.LeastBrightness;
        float brightness = (float)(settings.LeastBrightness + (range * CounterNoise.Unit(seed, BrightnessCounter)));
        float share = brightness / (samples * samples);
        float noise = (float)settings.NoiseDeviation / FourBytesDeviation;
        float squareFade = atmosphere.FadeMetres * atmosphere.FadeMetres;
        float squareReach = atmosphere.IsNight && looksAhead ? HeadLampReach * HeadLampReach : 0;
        (float hazeRed, float hazeGreen, float hazeBlue) = Channels(atmosphere.Horizon);
        int at = 0;
        for (int row = 0; row < height; row++)
        {
            for (int column = 0; column < width; column++)
            {
                (float red, float green, float blue) = (0, 0, 0);
                for (int y = 0; y < samples; y++)
                {
                    int offset = (((row * samples) + y) * raster.Width) + (column * samples);
                    for (int x = 0; x < samples; x++)
                    {
                        uint paint = raster.Colors[offset + x];
                        float inverse = raster.Inverse[offset + x];
                        PaintKind kind = (PaintKind)(paint >> 24);
                        (float r, float g, float b) = Channels(paint);
                        float square = inverse * inverse;
                        if (kind is PaintKind.Matt or PaintKind.Road)
                        {
                            if (kind == PaintKind.Road && atmosphere.IsRaining)
                            {
                                // A wet road is dark near by and mirrors the sky far away, where it is seen flat.
                                float sheen = 0.55f / (1 + (900 * square));
                                (r, g, b) = (Toward(0.72f * r, hazeRed, sheen), Toward(0.72f * g, hazeGreen, sheen), Toward(0.74f * b, hazeBlue, sheen));
                            }

                            float lamps = squareReach == 0 ? 0 : 0.42f * square * squareReach / (1 + (square * squareReach));
                            (r, g, b) = (r * (atmosphere.Red + lamps), g * (atmosphere.Green + lamps), b * (atmosphere.Blue + (0.85f * lamps)));
                        }

                        if (kind != PaintKind.Sky)
                        {
                            // Lamps shine farther through fog.
                            float haze = 1 / (1 + ((kind == PaintKind.Lamp ? 4 : 1) * squareFade * square));
                            (r, g, b) = (Toward(r, hazeRed, haze), Toward(g, hazeGreen, haze), Toward(b, hazeBlue, haze));
                        }

                        red += r;
                        green += g;
                        blue += b;
                    }
                }

                ulong bits = CounterNoise.Bits(seed, (ulong)at);
                float common = (bits & 255) + ((bits >> 8) & 255) - 510f;
                pixels[at++] = Byte((red * share) + (noise * (common + ((bits >> 16) & 255) + ((bits >> 24) & 255))));
                pixels[at++] = Byte((green * share) + (noise * (common + ((bits >> 32) & 255) + ((bits >> 40) & 255))));
                pixels[at++] = Byte((blue * share) + (noise * (common + ((bits >> 48) & 255) + (bits >> 56))));
            }
        }

        if (atmosphere.IsRaining)
        {
            DrawStreaks(pixels, width, height, seed);
        }
    }

    private static void DrawStreaks(Span<byte> pixels, int width, int height, ulong seed)
    {
        ulong streams = seed ^ 0x5261696E;
        int count = 20 + (int)Math.Min(400, (long)width * height / 300);
        int length = Math.Max(3, height / 18);
        int thickness = Math.Max(1, height / 400);
        for (int i = 0; i < count; i++)
        {
            ulong bits = CounterNoise.Bits(streams, (ulong)i);
            int left = (int)(bits % (ulong)width);
            int top = (int)((bits >> 24) % (ulong)height);
            for (int step = 0; step < length && top + step < height; step++)
            {
                int row = top + step;
                for (int x = Math.Max(0, left - (step / 4)); x < Math.Min(width, left - (step / 4) + thickness); x++)
                {
                    Span<byte> pixel = pixels.Slice(3 * ((row * width) + x), 3);
                    for (int channel = 0; channel < 3; channel++)
                    {
                        pixel[channel] = (byte)(pixel[channel] + ((225 - Math.Min((byte)225, pixel[channel])) / 5));
                    }
                }
            }
        }
    }

    private static (float Red, float Green, float Blue) Channels(uint paint) => ((paint >> 16) & 255, (paint >> 8) & 255, paint & 255);

    private static float Toward(float from, float to, float share) => from + ((to - from) * share);

    private static byte Byte(float value) => (byte)Math.Min(255f, Math.Max(0f, value + 0.5f));
}
