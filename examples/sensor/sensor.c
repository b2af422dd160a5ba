/* Calibrates a simulated sensor, as a microcontroller would: it learns to tell the temperature from a bent and noisy
   reading and the supply voltage, sixteen samples at a time, in static memory alone. sensor_step.c is what export_sensor
   writes; there is no Descent in this program. */
#include <stdint.h>
#include <stdio.h>

#include "sensor_step.h"

enum { SAMPLES = 16, STEPS = 2000 };

/* A number from 0 to 1 (xorshift). */
static float uniform(void) {
  static uint32_t state = 2463534242u;
  state ^= state << 13;
  state ^= state >> 17;
  state ^= state << 5;
  return (float)(state >> 8) / 16777216.0f;
}

static void sample(float *reading, float *temperature) {
  const float t = 2 * uniform() - 1, voltage = 2 * uniform() - 1;
  reading[0] = 0.8f * t - 0.3f * t * t * t + 0.2f * voltage * t + 0.02f * (uniform() - 0.5f);
  reading[1] = voltage;
  *temperature = t;
}

int main(void) {
  static float readings[SAMPLES * 2], temperatures[SAMPLES];
  float sum = 0;
  for (int step = 1; step <= STEPS; ++step) {
    float loss;
    for (int i = 0; i < SAMPLES; ++i) sample(readings + 2 * i, temperatures + i);
    sensor_step(readings, temperatures, &loss);
    sum += loss;
    if (step % 250 == 0) {
      printf("step %4d  mean squared error %.6f\n", step, (double)sum / 250);
      sum = 0;
    }
  }
  return 0;
}
